using System.Collections.Generic;
using System.Linq;
using NUnit.Framework;
using Scst.Loopback;
using Scst.Protocol;

namespace Scst.Tests.Reservations;

/// <summary>A session of the walk, and what its nexus is to be told next as SAM-6 has it.</summary>
internal sealed class WalkSession(LoopbackInitiator initiator, NexusId nexus)
{
    private const int PowerOn = 0x2900;


    internal LoopbackInitiator Initiator { get; } = initiator;

    internal NexusId Nexus { get; } = nexus;

    /// <summary>Whether it has sent a command.</summary>
    internal bool IsUsed { get; private set; }

    /// <summary>Additional sense codes with their qualifiers, oldest first.</summary>
    internal List<int> Attentions { get; } = [];

    /// <summary>Its first command comes.</summary>
    internal void Use()
    {
        if (!IsUsed)
            Attentions.Add(PowerOn);
        IsUsed = true;
    }

    /// <summary>A nexus that has not come yet will have to learn everything anyway.</summary>
    internal void Tell(int condition)
    {
        if (IsUsed && !Attentions.Contains(condition))
            Attentions.Add(condition);
    }

    /// <summary>What a command gets instead of being executed, before and after reservations are looked at.</summary>
    internal int Take(bool beforeReservations)
    {
        if (Attentions.Count == 0 || (beforeReservations && Attentions[0] != PowerOn))
            return 0;
        int taken = Attentions[0];
        Attentions.RemoveAt(0);
        return 0x60000 | taken;
    }

    /// <summary>What the product has for the nexus.</summary>
    internal int[] Found(LogicalUnit unit) =>
    [
        .. unit.Nexuses.Where(nexus => nexus.Session == Initiator.Session)
            .SelectMany(nexus => nexus.Attention.Snapshot())
            .Select(condition => condition.Code << 8 | condition.Qualifier),
    ];

    internal LoopbackCommand Start(byte[] cdb, byte[]? dataOut = null, int dataIn = 0)
    {
        var command = new LoopbackCommand { Cdb = cdb, DataOut = dataOut, DataIn = dataIn == 0 ? default : new byte[dataIn] };
        Initiator.Submit(command);
        Initiator.EndOfBurst();
        return command;
    }

    internal LoopbackCommand Run(byte[] cdb, byte[]? dataOut = null, int dataIn = 0)
    {
        LoopbackCommand command = Start(cdb, dataOut, dataIn);
        Assert.That(command.IsCompleted, "The command has not ended.");
        return command;
    }

    /// <summary>Sense as key, code and qualifier in one number; zero for none.</summary>
    internal static int SenseOf(LoopbackCommand command) =>
        command.Result.Status == ScsiStatus.CheckCondition && command.Result.Sense is { } sense
            ? (byte)sense.Key << 16 | sense.Additional.Code << 8 | sense.Additional.Qualifier
            : 0;
}
