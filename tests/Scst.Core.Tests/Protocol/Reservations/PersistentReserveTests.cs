using System;
using System.Collections.Generic;
using System.Linq;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using Scst.Protocol;
using static Scst.Core.Tests.Protocol.Wire;

namespace Scst.Core.Tests.Protocol.Reservations;

public class PersistentReserveTests
{
    private static readonly PersistentReservationType[] _types =
    [
        PersistentReservationType.WriteExclusive, PersistentReservationType.ExclusiveAccess,
        PersistentReservationType.WriteExclusiveRegistrantsOnly, PersistentReservationType.ExclusiveAccessRegistrantsOnly,
        PersistentReservationType.WriteExclusiveAllRegistrants, PersistentReservationType.ExclusiveAccessAllRegistrants,
    ];

    private static Gen<FullStatusDescriptor> Descriptor { get; } =
        from key in U64
        from port in U16
        from transportId in TransportIdTests.Any
        from holder in Optional(Gen.Elements(_types))
        from all in Bool
        select new FullStatusDescriptor(key, port, transportId, holder) { AllTargetPorts = all };

    [Test]
    public void The_fields_of_a_persistent_reserve_in_cdb_are_where_the_standard_has_them()
    {
        var cdb = new PersistentReserveInCdb(Hex("5E 03 00 00 00 00 00 12 34 00"));
        Assert.That(cdb.ServiceAction, Is.EqualTo(PersistentReserveInServiceAction.ReadFullStatus));
        Assert.That(cdb.AllocationLength, Is.EqualTo(0x1234));
        Assert.That(
            Build(destination => PersistentReserveInCdb.Write(destination, PersistentReserveInServiceAction.ReadFullStatus, 0x1234)),
            Is.EqualTo(Hex("5E 03 00 00 00 00 00 12 34 00")));
        RefusesShortBuffers(destination => PersistentReserveInCdb.Write(destination, default, 0));
    }

    [Test]
    public void The_fields_of_a_persistent_reserve_out_cdb_are_where_the_standard_has_them()
    {
        byte[] bytes = Hex("5F 05 F8 00 00 12 34 56 78 00");
        var cdb = new PersistentReserveOutCdb(bytes);
        Assert.That(cdb.ServiceAction, Is.EqualTo(PersistentReserveOutServiceAction.PreemptAndAbort));
        Assert.That((byte)cdb.Scope, Is.EqualTo(0xF));
        Assert.That(cdb.Type, Is.EqualTo(PersistentReservationType.ExclusiveAccessAllRegistrants));
        Assert.That(cdb.ParameterListLength, Is.EqualTo(0x12345678));
        Assert.That(
            Build(destination => PersistentReserveOutCdb.Write(
                destination,
                PersistentReserveOutServiceAction.PreemptAndAbort,
                (PersistentReservationScope)0xF,
                PersistentReservationType.ExclusiveAccessAllRegistrants,
                0x12345678)),
            Is.EqualTo(bytes));
        RefusesShortBuffers(destination => PersistentReserveOutCdb.Write(destination, default, default, default, 0));
    }

    [Test]
    public void Bits_outside_the_service_action_do_not_count()
    {
        Assert.That(
            new PersistentReserveOutCdb(Hex("5F E6")).ServiceAction,
            Is.EqualTo(PersistentReserveOutServiceAction.RegisterAndIgnoreExistingKey));
        Assert.That(new PersistentReserveInCdb(Hex("5E E1")).ServiceAction, Is.EqualTo(PersistentReserveInServiceAction.ReadReservation));
    }

    [Test]
    public void The_basic_parameter_list_is_as_the_standard_has_it()
    {
        byte[] bytes = Hex("0102030405060708 1112131415161718 00000000 05 00 0000");
        Assert.That(
            Build(destination => PersistentReserveOutParameterList.Write(destination, 0x0102030405060708, 0x1112131415161718, true, true)),
            Is.EqualTo(bytes));
        Assert.That(PersistentReserveOutParameterList.TryParse(bytes, out var list), Is.True);
        Assert.That(list.ReservationKey, Is.EqualTo(0x0102030405060708));
        Assert.That(list.ServiceActionReservationKey, Is.EqualTo(0x1112131415161718));
        Assert.That(
            (list.SpecifyInitiatorPorts, list.AllTargetPorts, list.ActivatePersistThroughPowerLoss),
            Is.EqualTo((false, true, true)));
        Assert.That(list.TransportIds.IsEmpty, Is.True);
    }

    [Test]
    public void A_basic_parameter_list_has_24_bytes_and_no_other_number()
    {
        for (int length = 0; length <= 300; length++)
            Assert.That(PersistentReserveOutParameterList.TryParse(new byte[length], out _), Is.EqualTo(length == 24), $"{length} bytes");
    }

    [Test]
    public void Parameter_lists_with_transport_ids_are_read_as_they_were_written() => ForAll(
        from keys in U64.Two()
        from all in Bool
        from aptpl in Bool
        from ids in TransportIdTests.Any.ListOf()
        select (keys, all, aptpl, ids: ids.Take(10).ToArray()),
        values =>
        {
            byte[] bytes = Build(destination => PersistentReserveOutParameterList.Write(
                destination, values.keys.Item1, values.keys.Item2, values.all, values.aptpl, values.ids));
            Assert.That(bytes, Has.Length.EqualTo(28 + values.ids.Sum(id => id.Length)));
            return LeastLength(bytes, source => PersistentReserveOutParameterList.TryParse(source, out _)) == bytes.Length
                && PersistentReserveOutParameterList.TryParse([.. bytes, 1, 2, 3], out var list)
                && list.ReservationKey == values.keys.Item1
                && list.ServiceActionReservationKey == values.keys.Item2
                && list.AllTargetPorts == values.all
                && list.ActivatePersistThroughPowerLoss == values.aptpl
                && list.SpecifyInitiatorPorts
                && TransportIdList.TryParse(list.TransportIds, out var ids, out _)
                && ids.Select(pair => pair.TransportId).SequenceEqual(values.ids);
        });

    [Test]
    public void A_transport_id_parameter_data_length_beyond_the_list_is_refused()
    {
        byte[] bytes = Build(destination => PersistentReserveOutParameterList.Write(
            destination,
            1,
            2,
            false,
            false,
            [TransportId.Sas(1)]));
        foreach (uint length in new uint[] { 25, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFE4, uint.MaxValue })
        {
            System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(24), length);
            Assert.That(PersistentReserveOutParameterList.TryParse(bytes, out _), Is.False, $"{length:X}");
        }
    }

    [Test]
    public void The_register_and_move_list_is_as_the_standard_has_it()
    {
        byte[] bytes = Hex("0102030405060708 1112131415161718 00 03 1234 00000018 06000000 5000000000000001 000000000000000000000000");
        Assert.That(
            Build(destination => RegisterAndMoveParameterList.Write(
                destination, 0x0102030405060708, 0x1112131415161718, true, true, 0x1234, TransportId.Sas(0x5000000000000001))),
            Is.EqualTo(bytes));
        Assert.That(RegisterAndMoveParameterList.TryParse(bytes, out var list), Is.True);
        Assert.That(list.ReservationKey, Is.EqualTo(0x0102030405060708));
        Assert.That(list.ServiceActionReservationKey, Is.EqualTo(0x1112131415161718));
        Assert.That((list.Unregister, list.ActivatePersistThroughPowerLoss, list.RelativeTargetPort), Is.EqualTo((true, true, 0x1234)));
        Assert.That(list.TransportId.SequenceEqual(bytes.AsSpan(24)), Is.True);
        Assert.That(LeastLength(bytes, source => RegisterAndMoveParameterList.TryParse(source, out _)), Is.EqualTo(bytes.Length));
    }

    [Test]
    public void Register_and_move_lists_are_read_as_they_were_written() => ForAll(
        from keys in U64.Two()
        from unregister in Bool
        from aptpl in Bool
        from port in U16
        from id in TransportIdTests.Any
        select (keys, unregister, aptpl, port, id),
        values =>
        {
            byte[] bytes = Build(destination => RegisterAndMoveParameterList.Write(
                destination, values.keys.Item1, values.keys.Item2, values.unregister, values.aptpl, values.port, values.id));
            return RegisterAndMoveParameterList.TryParse(bytes, out var list)
                && list.ReservationKey == values.keys.Item1
                && list.ServiceActionReservationKey == values.keys.Item2
                && list.Unregister == values.unregister
                && list.ActivatePersistThroughPowerLoss == values.aptpl
                && list.RelativeTargetPort == values.port
                && TransportId.TryParse(list.TransportId, out var id, out _)
                && id.Equals(values.id);
        });

    [Test]
    public void Read_keys_data_is_as_the_standard_has_it()
    {
        Assert.That(Build(destination => ReadKeysData.Write(destination, 0x01020304, [])), Is.EqualTo(Hex("01020304 00000000")));
        byte[] bytes = Hex("01020304 00000010 0000000000000001 1122334455667788");
        Assert.That(Build(destination => ReadKeysData.Write(destination, 0x01020304, [1, 0x1122334455667788])), Is.EqualTo(bytes));
        RefusesShortBuffers(destination => ReadKeysData.Write(destination, 1, [1, 2]));
    }

    [Test]
    public void Truncated_read_keys_data_gives_the_keys_that_are_whole() => ForAll(
        from generation in U32 from keys in U64.ListOf() select (generation, keys),
        values =>
        {
            byte[] bytes = new byte[ReadKeysData.GetLength(values.keys.Count)];
            ReadKeysData.Write(bytes, values.generation, [.. values.keys]);
            for (int length = 0; length <= bytes.Length; length++)
            {
                bool isRead = ReadKeysData.TryParse(bytes.AsSpan(0, length), out uint generation, out ulong[]? keys);
                if (isRead != (length >= 8))
                    return false;
                if (isRead && (generation != values.generation || !keys!.SequenceEqual(values.keys.Take((length - 8) / 8))))
                    return false;
            }
            return true;
        });

    [Test]
    public void Read_reservation_data_is_as_the_standard_has_it()
    {
        Assert.That(Build(new ReadReservationData(5, null, 0).WriteTo), Is.EqualTo(Hex("00000005 00000000")));
        byte[] bytes = Hex("00000005 00000010 1122334455667788 00000000 00 06 0000");
        var data = new ReadReservationData(5, PersistentReservationType.ExclusiveAccessRegistrantsOnly, 0x1122334455667788);
        Assert.That(Build(data.WriteTo), Is.EqualTo(bytes));
        RefusesShortBuffers(data.WriteTo);
        Assert.That(ReadReservationData.TryParse(bytes, out var read), Is.True);
        Assert.That(read, Is.EqualTo(data));
        Assert.That(LeastLength(bytes, source => ReadReservationData.TryParse(source, out _)), Is.EqualTo(bytes.Length));
        Assert.That(ReadReservationData.TryParse(Hex("00000005 00000000"), out read), Is.True);
        Assert.That(read, Is.EqualTo(new ReadReservationData(5, null, 0)));
    }

    [Test]
    public void Report_capabilities_data_is_as_the_standard_has_it()
    {
        var all = new PersistentReservationCapabilities
        {
            ReplaceLostReservationCapable = true,
            CompatibleReservationHandling = true,
            SpecifyInitiatorPortsCapable = true,
            AllTargetPortsCapable = true,
            PersistThroughPowerLossCapable = true,
            PersistThroughPowerLossActivated = true,
            AllowCommands = 4,
            TypeMask = PersistentReservationTypes.All,
        };
        Assert.That(Build(all.WriteTo), Is.EqualTo(Hex("0008 9D C1 EA01 0000")));
        Assert.That(Build(default(PersistentReservationCapabilities).WriteTo), Is.EqualTo(Hex("0008 00 00 0000 0000")));
        RefusesShortBuffers(all.WriteTo);
    }

    [Test]
    public void Report_capabilities_data_is_read_as_it_was_written() => ForAll(
        from bits in Bool.ArrayOf(6)
        from commands in Gen.Choose(0, 7)
        from mask in Optional(U16)
        select new PersistentReservationCapabilities
        {
            ReplaceLostReservationCapable = bits[0],
            CompatibleReservationHandling = bits[1],
            SpecifyInitiatorPortsCapable = bits[2],
            AllTargetPortsCapable = bits[3],
            PersistThroughPowerLossCapable = bits[4],
            PersistThroughPowerLossActivated = bits[5],
            AllowCommands = (byte)commands,
            TypeMask = mask,
        },
        data => PersistentReservationCapabilities.TryParse(Build(data.WriteTo), out var read)
            && read == data
            && LeastLength(Build(data.WriteTo), source => PersistentReservationCapabilities.TryParse(source, out _)) == 8);

    [Test]
    public void The_mask_of_all_types_has_the_bit_of_each()
    {
        Assert.That(_types.Sum(type => type.MaskBit()), Is.EqualTo(PersistentReservationTypes.All));
        for (int type = 0; type < 16; type++)
            Assert.That(((PersistentReservationType)type).IsDefined(), Is.EqualTo(type is 1 or 3 or 5 or 6 or 7 or 8), $"{type}");
    }

    [Test]
    public void A_full_status_descriptor_is_as_the_standard_has_it()
    {
        var descriptor = new FullStatusDescriptor(
            0x1122334455667788,
            0x0102,
            TransportId.FibreChannel(0x2100000000000001),
            PersistentReservationType.WriteExclusiveRegistrantsOnly);
        byte[] bytes = Hex("1122334455667788 00000000 01 05 00000000 0102 00000018 0000000000000000 2100000000000001 0000000000000000");
        Assert.That(Build(descriptor.WriteTo), Is.EqualTo(bytes));
        RefusesShortBuffers(descriptor.WriteTo);
        Assert.That(
            Build(destination => ReadFullStatusData.Write(destination, 9, [descriptor])),
            Is.EqualTo(Hex("00000009 00000030").Concat(bytes)));
    }

    [Test]
    public void Truncated_full_status_data_gives_the_descriptors_that_are_whole() => ForAll(
        from generation in U32 from descriptors in Descriptor.ListOf() select (generation, descriptors: descriptors.Take(8).ToArray()),
        values =>
        {
            byte[] bytes = Build(destination => ReadFullStatusData.Write(destination, values.generation, values.descriptors));
            for (int length = 0; length <= bytes.Length; length++)
            {
                bool isRead = ReadFullStatusData.TryParse(
                    bytes.AsSpan(0, length),
                    out uint generation,
                    out IReadOnlyList<FullStatusDescriptor>? read);
                if (isRead != (length >= 8))
                    return false;
                int end = 8;
                int whole = values.descriptors.TakeWhile(descriptor => (end += descriptor.Length) <= length).Count();
                if (isRead && (generation != values.generation || !read!.SequenceEqual(values.descriptors.Take(whole))))
                    return false;
            }
            return true;
        });

    [Test]
    public void Random_bytes_never_throw()
    {
        NeverThrows(source => PersistentReserveOutParameterList.TryParse(source, out var list)
            && (list.ReservationKey | list.ServiceActionReservationKey) != 0 && TransportIdList.TryParse(
                list.TransportIds,
                out _,
                out _));
        NeverThrows(source => RegisterAndMoveParameterList.TryParse(source, out var list)
            && list.Unregister && TransportId.TryParse(list.TransportId, out _, out _));
        NeverThrows(source => ReadKeysData.TryParse(source, out _, out _), [0, 0, 0, 0, 0, 0, 0, 100]);
        NeverThrows(source => ReadReservationData.TryParse(source, out _), [0, 0, 0, 0, 0, 0, 0, 16]);
        NeverThrows(source => PersistentReservationCapabilities.TryParse(source, out _), [0, 8]);
        NeverThrows(source => ReadFullStatusData.TryParse(source, out _, out _), [0, 0, 0, 0, 0, 0, 0, 200]);
    }
}
