using System;
using System.Collections.Generic;
using NUnit.Framework;
using Scst.Protocol;
using static Scst.Core.Tests.Protocol.Wire;

namespace Scst.Core.Tests.Protocol;

/// <summary>CDBs and parameter data of the commands of SPC-6 that every device type has.</summary>
public class PrimaryDataTests
{
    [Test]
    public void Identifying_information_cdb()
    {
        var cdb = new IdentifyingInformationCdb(Hex("A3 05 00 00 00 00 12 34 56 78 05 00"));
        Assert.That(cdb.Length, Is.EqualTo(0x12345678));
        Assert.That(cdb.Type, Is.EqualTo(IdentifyingInformationType.Text), "bits 7 to 1");
    }

    [Test]
    public void Buffer_cdb()
    {
        var cdb = new BufferCdb(Hex("3C EA 77 12 34 56 78 9A BC 00"));
        Assert.That((cdb.Mode, cdb.BufferId), Is.EqualTo((BufferMode.Echo, (byte)0x77)));
        Assert.That((cdb.BufferOffset, cdb.Length), Is.EqualTo((0x123456, 0x789ABC)));
    }

    [Test]
    public void Diagnostic_cdbs()
    {
        var send = new SendDiagnosticCdb(Hex("1D B4 00 12 34 00"));
        Assert.That((send.SelfTestCode, send.PageFormat, send.SelfTest), Is.EqualTo(((byte)5, true, true)));
        Assert.That(send.ParameterListLength, Is.EqualTo(0x1234));
        send = new SendDiagnosticCdb(Hex("1D 4B 00 00 00 00"));
        Assert.That((send.SelfTestCode, send.PageFormat, send.SelfTest), Is.EqualTo(((byte)2, false, false)));
        var receive = new ReceiveDiagnosticResultsCdb(Hex("1C 01 89 12 34 00"));
        Assert.That((receive.PageCodeValid, receive.PageCode, receive.AllocationLength), Is.EqualTo((true, (byte)0x89, (ushort)0x1234)));
    }

    [Test]
    public void Log_cdbs()
    {
        var sense = new LogSenseCdb(Hex("4D 00 8D 12 00 34 56 78 9A 00"));
        Assert.That((sense.PageControl, sense.Page), Is.EqualTo((LogPageControl.DefaultThreshold, new LogPageCode(0x0D, 0x12))));
        Assert.That((sense.ParameterPointer, sense.AllocationLength), Is.EqualTo(((ushort)0x3456, (ushort)0x789A)));
        var select = new LogSelectCdb(Hex("4C 02 FF 12 00 00 00 78 9A 00"));
        Assert.That(select.ParameterCodeReset);
        Assert.That((select.PageControl, select.Page), Is.EqualTo((LogPageControl.DefaultCumulative, new LogPageCode(0x3F, 0x12))));
        Assert.That(select.ParameterListLength, Is.EqualTo(0x789A));
        Assert.That(new LogSelectCdb(Hex("4C 01 00 00 00 00 00 00 00 00")).ParameterCodeReset, Is.False);
    }

    [Test]
    public void Prevent_allow_medium_removal_cdb() =>
        Assert.That(new PreventAllowMediumRemovalCdb(Hex("1E 00 00 00 FE 00")).Prevent, Is.EqualTo(2));

    // SPC-6, REPORT TIMESTAMP parameter data: TIMESTAMP PARAMETER DATA LENGTH, TIMESTAMP ORIGIN, six bytes of TIMESTAMP.
    [Test]
    public void Timestamp_data()
    {
        var data = new TimestampData(TimestampOrigin.SetTimestamp, 0x123456789ABC);
        Assert.That(Build(to => data.WriteTo(to)), Is.EqualTo(Hex("00 0A 02 00 12 34 56 78 9A BC 00 00")));
        RefusesShortBuffers(to => data.WriteTo(to));
        Assert.That(TimestampData.TryParse(Hex("00 0A FA 00 12 34 56 78 9A BC 00 00"), out var read));
        Assert.That(read, Is.EqualTo(data));
        Assert.That(TimestampData.TryParse(new byte[11], out _), Is.False);
        NeverThrows(source => TimestampData.TryParse(source, out _));
        NeverThrows(source => TimestampData.TryParseList(source, out _, out _));
    }

    [Test]
    public void Identifying_information_data()
    {
        byte[] information = [1, 2, 3];
        Assert.That(Build(to => IdentifyingInformationData.Write(to, information)), Is.EqualTo(Hex("00 00 00 03 01 02 03")));
        RefusesShortBuffers(to => IdentifyingInformationData.Write(to, information));
        Assert.That(IdentifyingInformationData.TryParse(Hex("00 00 00 03 01 02 03"), out var data));
        Assert.That(data.Information.ToArray(), Is.EqualTo(information));
        Assert.That(IdentifyingInformationData.TryParse(Hex("00 00 00 03 01 02"), out _), Is.False);
        NeverThrows(source => IdentifyingInformationData.TryParse(source, out var parsed) && parsed.Information.Length >= 0);
    }

    [Test]
    public void Supported_identifying_information()
    {
        (IdentifyingInformationType, ushort)[] types = [(IdentifyingInformationType.Device, 64), (IdentifyingInformationType.Text, 0x1234)];
        Assert.That(Build(to => IdentifyingInformationData.WriteSupported(to, types)), Is.EqualTo(Hex("00 00 00 08 00 00 00 40 04 00 12 34")));
        RefusesShortBuffers(to => IdentifyingInformationData.WriteSupported(to, types));
    }

    // SPC-6, priority descriptor: CURRENT PRIORITY, RELATIVE TARGET PORT IDENTIFIER, ADDITIONAL DESCRIPTOR LENGTH, TransportID.
    [Test]
    public void Priority_descriptor()
    {
        var descriptor = new PriorityDescriptor(0x0F, 0x1234, TransportId.Sas(0x5000_0000_0000_0001));
        Assert.That(
            Build(descriptor.WriteTo),
            Is.EqualTo(Hex("0F 00 12 34 00 00 00 18 06 00 00 00 50 00 00 00 00 00 00 01 00 00 00 00 00 00 00 00 00 00 00 00")));
        Assert.That(descriptor.Length, Is.EqualTo(32));
        RefusesShortBuffers(descriptor.WriteTo);
    }

    [Test]
    public void Buffer_descriptors()
    {
        Assert.That(Build(to => BufferDescriptor.Write(to, 2, 0x123456)), Is.EqualTo(Hex("02 12 34 56")));
        Assert.That(Build(to => BufferDescriptor.WriteEcho(to, true, 0x1FFC)), Is.EqualTo(Hex("01 00 1F FC")));
        Assert.That(Build(to => BufferDescriptor.WriteEcho(to, false, 0)), Is.EqualTo(Hex("00 00 00 00")));
        RefusesShortBuffers(to => BufferDescriptor.Write(to, 0, 1));
        RefusesShortBuffers(to => BufferDescriptor.WriteEcho(to, true, 4));
        Assert.That(() => BufferDescriptor.Write(new byte[4], 0, 0x1000000), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => BufferDescriptor.WriteEcho(new byte[4], true, 0x2000), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => BufferDescriptor.WriteEcho(new byte[4], true, 6), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void Diagnostic_page()
    {
        byte[] codes = [0x00, 0x3F];
        Assert.That(Build(to => DiagnosticPage.Write(to, 0x00, codes)), Is.EqualTo(Hex("00 00 00 02 00 3F")));
        RefusesShortBuffers(to => DiagnosticPage.Write(to, 0x00, codes));
        Assert.That(DiagnosticPage.TryParse(Hex("40 00 00 02 AA BB"), out var page));
        Assert.That((page.Code, page.Parameters.ToArray()), Is.EqualTo(((byte)0x40, new byte[] { 0xAA, 0xBB })));
        Assert.That(DiagnosticPage.TryParse(Hex("40 00 00 02 AA"), out _), Is.False);
        Assert.That(DiagnosticPage.TryParse(Hex("40 00 00 02 AA BB CC"), out _), Is.False, "a list has one page");
        NeverThrows(source => DiagnosticPage.TryParse(source, out var parsed) && parsed.Parameters.Length >= 0);
    }

    // SPC-6, log page format: DS, SPF, PAGE CODE, SUBPAGE CODE, PAGE LENGTH.
    [Test]
    public void Log_page_header()
    {
        var whole = new LogPageHeader(new LogPageCode(0x0D), 0x1234, DisableSave: true);
        var sub = new LogPageHeader(new LogPageCode(0x3F, 0xFF), 0, DisableSave: false);
        Assert.That(Build(to => whole.WriteTo(to)), Is.EqualTo(Hex("8D 00 12 34")));
        Assert.That(Build(to => sub.WriteTo(to)), Is.EqualTo(Hex("7F FF 00 00")));
        RefusesShortBuffers(to => whole.WriteTo(to));
        Assert.That(() => new LogPageHeader(default, 65536, false).WriteTo(new byte[4]), Throws.InstanceOf<OverflowException>());
        Assert.That(LogPageHeader.TryParse(Hex("8D 55 12 34"), out var read), "without SPF the second byte is reserved");
        Assert.That(read, Is.EqualTo(whole));
        Assert.That(LogPageHeader.TryParse(Hex("7F FF 00 00"), out read));
        Assert.That(read, Is.EqualTo(sub));
        Assert.That(LogPageHeader.TryParse(new byte[3], out _), Is.False);
        NeverThrows(source => LogPageHeader.TryParse(source, out _));
    }

    [Test]
    public void Log_parameter()
    {
        var parameter = new LogParameter(0x1234, LogParameterFormat.UnboundedCounter, new byte[] { 7, 8 });
        Assert.That(Build(to => parameter.WriteTo(to)), Is.EqualTo(Hex("12 34 02 02 07 08")));
        RefusesShortBuffers(to => parameter.WriteTo(to));
        Assert.That(LogParameter.TryParse(Hex("12 34 A2 02 07 08 09"), out var read));
        Assert.That((read.Code, read.Format, read.Length), Is.EqualTo(((ushort)0x1234, LogParameterFormat.UnboundedCounter, 6)));
        Assert.That(read.Value.ToArray(), Is.EqualTo(new byte[] { 7, 8 }));
        Assert.That(LogParameter.TryParse(Hex("12 34 A2 02 07"), out _), Is.False);
        NeverThrows(source => LogParameter.TryParse(source, out _));
        Assert.That(
            () => new LogParameter(0, LogParameterFormat.BinaryList, new byte[256]).WriteTo(new byte[300]),
            Throws.InstanceOf<OverflowException>());
    }

    [Test]
    public void Log_page_codes_are_in_order_of_page_then_subpage()
    {
        LogPageCode[] ordered = [new(0x00), new(0x00, 0xFF), new(0x0D), new(0x0D, 0x01), new(0x0E)];
        List<LogPageCode> shuffled = [ordered[3], ordered[1], ordered[4], ordered[0], ordered[2]];
        shuffled.Sort();
        Assert.That(shuffled, Is.EqualTo(ordered));
        Assert.That(ordered[1] < ordered[2] && ordered[2] <= ordered[3] && ordered[4] > ordered[3] && ordered[4] >= ordered[4]);
        Assert.That(ordered[3].ToString(), Is.EqualTo("0Dh/01h"));
    }

    // SBC-5, logical block provisioning log parameters: RESOURCE COUNT and SCOPE.
    [TestCase(null, 0)]
    [TestCase(true, 1)]
    [TestCase(false, 2)]
    public void Provisioning_resources_have_a_scope(bool? isDedicated, int scope)
    {
        var parameters = LogPages.LogicalBlockProvisioning(null, 7, isDedicated);
        Assert.That(parameters, Has.Count.EqualTo(1));
        Assert.That(Build(to => parameters[0].WriteTo(to)), Is.EqualTo(Hex($"00 02 03 08 00 00 00 07 0{scope} 00 00 00")));
    }
}
