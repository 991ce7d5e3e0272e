using NUnit.Framework;
using Scst.Loopback;
using Scst.Protocol;

namespace Scst.Tests;

/// <summary>How a command must have ended. Sense keys and codes are written as numbers, as the standards' tables have them.</summary>
internal static class Expect
{
    internal static void Good(LoopbackResult result)
    {
        Assert.That(result.NoResponse, Is.False);
        Assert.That(result.Status, Is.EqualTo(ScsiStatus.Good), () => $"sense {result.Sense}");
    }

    internal static void Good(LoopbackCommand command)
    {
        Assert.That(command.IsCompleted, "The command has not ended.");
        Good(command.Result);
    }

    internal static void Status(LoopbackResult result, ScsiStatus status)
    {
        Assert.That(result.NoResponse, Is.False);
        Assert.That(result.Status, Is.EqualTo(status), () => $"sense {result.Sense}");
        Assert.That(result.SenseData.Length, Is.Zero);
    }

    internal static void NoResponse(LoopbackCommand command)
    {
        Assert.That(command.IsCompleted, "The command has not ended.");
        Assert.That(command.Result.NoResponse, () => $"It ended with {command.Result.Status}.");
    }

    /// <summary>CHECK CONDITION with a sense key and the additional sense code and qualifier, as in 0x2400.</summary>
    internal static void Check(LoopbackResult result, int key, int code)
    {
        Assert.That(result.NoResponse, Is.False);
        Assert.That(result.Status, Is.EqualTo(ScsiStatus.CheckCondition));
        Sense sense = result.Sense!.Value;
        Assert.That($"{(int)sense.Key:X}/{sense.Additional.Code:X2}{sense.Additional.Qualifier:X2}", Is.EqualTo($"{key:X}/{code:X4}"));
    }

    /// <summary>ILLEGAL REQUEST, INVALID FIELD IN CDB that points to a byte and a bit, or with -1 to a byte alone.</summary>
    internal static void InvalidFieldInCdb(LoopbackResult result, int offset, int bit = -1)
    {
        Check(result, 0x5, 0x2400);
        Assert.That(result.Sense!.Value.FieldPointer, Is.EqualTo(new SenseFieldPointer(true, (ushort)offset, bit < 0 ? null : (byte)bit)));
    }

    /// <summary>ILLEGAL REQUEST, INVALID FIELD IN PARAMETER LIST that points to a byte and a bit, or with -1 to a byte alone.</summary>
    internal static void InvalidFieldInList(LoopbackResult result, int offset, int bit = -1)
    {
        Check(result, 0x5, 0x2600);
        Assert.That(result.Sense!.Value.FieldPointer, Is.EqualTo(new SenseFieldPointer(false, (ushort)offset, bit < 0 ? null : (byte)bit)));
    }
}
