using System;
using System.Globalization;

namespace Scst.Iscsi.Protocol;

/// <summary>
/// A 32-bit serial number (CmdSN, StatSN, DataSN, R2TSN) with the arithmetic of RFC 1982, as RFC 7143 4.2.2 requires.
/// Two numbers exactly 2^31 apart are neither smaller nor greater than each other.
/// </summary>
internal readonly struct SerialNumber32 : IEquatable<SerialNumber32>
{
    private const uint Half = 0x8000_0000;

    public SerialNumber32(uint value) => Value = value;

    public uint Value { get; }

    /// <summary>The number that follows this one; 0xffffffff is followed by 0.</summary>
    public SerialNumber32 Next => new(unchecked(Value + 1));

    public static SerialNumber32 operator +(SerialNumber32 left, uint right) => new(unchecked(left.Value + right));

    public static SerialNumber32 operator -(SerialNumber32 left, uint right) => new(unchecked(left.Value - right));

    public static bool operator ==(SerialNumber32 left, SerialNumber32 right) => left.Value == right.Value;

    public static bool operator !=(SerialNumber32 left, SerialNumber32 right) => left.Value != right.Value;

    public static bool operator <(SerialNumber32 left, SerialNumber32 right) => unchecked(left.Value - right.Value) > Half;

    public static bool operator >(SerialNumber32 left, SerialNumber32 right) => right < left;

    public static bool operator <=(SerialNumber32 left, SerialNumber32 right) => left == right || left < right;

    public static bool operator >=(SerialNumber32 left, SerialNumber32 right) => right <= left;

    /// <summary>How many steps forward lead from <paramref name="start"/> to this number (modulo 2^32).</summary>
    public uint DistanceFrom(SerialNumber32 start) => unchecked(Value - start.Value);

    public bool Equals(SerialNumber32 other) => Value == other.Value;

    public override bool Equals(object? obj) => obj is SerialNumber32 other && Equals(other);

    public override int GetHashCode() => (int)Value;

    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
