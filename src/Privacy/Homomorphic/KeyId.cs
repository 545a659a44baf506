using System.Security.Cryptography;

namespace FastDPMeta.Privacy.Homomorphic;

/// <summary>
/// Sixteen random bytes that a secret key shares with everything made from it, so that keys of different people are told apart. Public; unrelated to the
/// secret.
/// </summary>
internal readonly record struct KeyId(UInt128 Value)
{
    /// <summary>Bytes in a file.</summary>
    public const int Bytes = 16;

    public static KeyId New() => new(System.Buffers.Binary.BinaryPrimitives.ReadUInt128LittleEndian(RandomNumberGenerator.GetBytes(Bytes)));

    /// <summary>The first 32 bits in hexadecimal: enough to tell keys apart in a message.</summary>
    public override string ToString() => ((uint)Value).ToString("x8", System.Globalization.CultureInfo.InvariantCulture);
}
