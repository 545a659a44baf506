using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using FastDPMeta.Engine.Ir;

namespace FastDPMeta.Engine.Tasks;

/// <summary>
/// Compounds with fingerprints, and what assays found of them. A fingerprint is 2,048 bits, each for a neighbourhood of atoms that the molecule has (extended
/// connectivity of diameter 4: Rogers and Hahn 2010, "Extended-connectivity fingerprints", J. Chem. Inf. Model. 50, 742).
/// </summary>
/// <remarks>
/// A structure stands here for its fingerprint: rows whose fingerprints are equal are copies of one structure, whatever their names, so that no copy of
/// a support compound is asked as a query, and no copy of a compound held out is learned from.
/// </remarks>
public sealed class MoleculeSet
{
    /// <summary>Bits of a fingerprint.</summary>
    public const int FingerprintBits = 2048;

    /// <summary>The label of a compound that an assay did not measure.</summary>
    public const byte NotMeasured = 255;

    private const int FingerprintBytes = FingerprintBits / 8;
    private const double TwoTo32 = 4294967296;

    private readonly byte[] _fingerprints;
    private readonly byte[] _labels;
    private readonly int[] _structures;
    private readonly uint[] _hashes;

    private MoleculeSet(byte[] fingerprints, byte[] labels, IReadOnlyList<Assay> assays)
    {
        (_fingerprints, _labels, Assays) = (fingerprints, labels, assays);
        Count = fingerprints.Length / FingerprintBytes;
        _structures = new int[Count];
        _hashes = new uint[Count];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        Dictionary<Hash, int> first = [];
        for (int compound = 0; compound < Count; compound++)
        {
            SHA256.HashData(Fingerprint(compound), hash);
            _hashes[compound] = BinaryPrimitives.ReadUInt32BigEndian(hash);
            Hash key = new(BinaryPrimitives.ReadUInt64BigEndian(hash), BinaryPrimitives.ReadUInt64BigEndian(hash[sizeof(ulong)..]));
            _structures[compound] = first.TryGetValue(key, out int other) ? other : first[key] = compound;
        }
    }

    /// <summary>Shape of an input: one number, 0 or 1, for each bit.</summary>
    public static Shape InputShape { get; } = new(new Axis(FingerprintBits, "bit"));

    /// <summary>Number of compounds, copies included.</summary>
    public int Count { get; }

    /// <summary>The assays, in the order of the labels.</summary>
    public IReadOnlyList<Assay> Assays { get; }

    /// <summary>Reads a folder that holds <c>ecfp4_2048.bits.gz</c>, <c>labels.u8.gz</c> and <c>tasks.csv</c>.</summary>
    /// <param name="folder">The folder of one set.</param>
    /// <exception cref="DataFileException">A file is missing, unreadable or damaged, or the files do not belong together.</exception>
    public static MoleculeSet Load(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        return MoleculeFiles.Read(folder, null);
    }

    /// <summary>Reads the folder of a known collection and checks every byte, by SHA-256 of what the files hold.</summary>
    /// <param name="folder">The folder of that collection.</param>
    /// <param name="collection">Which it must be.</param>
    /// <exception cref="DataFileException">A file is missing, unreadable, damaged, or not that collection's.</exception>
    public static MoleculeSet Load(string folder, MoleculeCollection collection)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        return MoleculeFiles.Read(folder, collection);
    }

    /// <summary>A set from memory.</summary>
    /// <param name="fingerprints">[compound, 256 bytes], the least significant bit first; copied.</param>
    /// <param name="labels">[compound, assay]: 1 active, 0 inactive, <see cref="NotMeasured"/>; copied.</param>
    /// <param name="assays">The assays.</param>
    /// <exception cref="ArgumentException">The lengths do not fit each other, there is no compound or no assay, or a label is another number.</exception>
    public static MoleculeSet Create(ReadOnlySpan<byte> fingerprints, ReadOnlySpan<byte> labels, IReadOnlyList<Assay> assays)
    {
        ArgumentNullException.ThrowIfNull(assays);
        int count = fingerprints.Length / FingerprintBytes;
        if (count == 0 || assays.Count == 0 || count * FingerprintBytes != fingerprints.Length || (long)count * assays.Count != labels.Length)
        {
            throw new ArgumentException(
                $"MoleculeSet: needs {FingerprintBytes} bytes of fingerprint a compound and a label for each compound and assay; "
                + $"got {fingerprints.Length} bytes, {labels.Length} labels and {assays.Count} assays.");
        }

        int wrong = labels.IndexOfAnyExcept((byte)0, (byte)1, NotMeasured);
        return wrong < 0
            ? new MoleculeSet(fingerprints.ToArray(), labels.ToArray(), assays)
            : throw new ArgumentException(
                $"MoleculeSet: a label is 0, 1 or {NotMeasured}; compound {wrong / assays.Count} has {labels[wrong]} for assay {wrong % assays.Count}.");
    }

    /// <summary>The bits of one compound, the least significant first.</summary>
    /// <param name="compound">From 0 to <see cref="Count"/> - 1.</param>
    public ReadOnlySpan<byte> Fingerprint(int compound) => _fingerprints.AsSpan(compound * FingerprintBytes, FingerprintBytes);

    /// <summary>Writes the bits of one compound as numbers, 0 or 1. Does not allocate.</summary>
    /// <param name="compound">From 0 to <see cref="Count"/> - 1.</param>
    /// <param name="bits">Room for <see cref="FingerprintBits"/> numbers.</param>
    public void FillBits(int compound, Span<float> bits)
    {
        ReadOnlySpan<byte> packed = Fingerprint(compound);
        for (int i = 0; i < FingerprintBits; i++)
        {
            bits[i] = (packed[i >> 3] >> (i & 7)) & 1;
        }
    }

    /// <summary>What an assay found: 1 active, 0 inactive, or <see cref="NotMeasured"/>.</summary>
    /// <param name="compound">From 0 to <see cref="Count"/> - 1.</param>
    /// <param name="assay">From 0 to the number of assays - 1.</param>
    public byte Label(int compound, int assay)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(assay);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(assay, Assays.Count);
        return _labels[(compound * Assays.Count) + assay];
    }

    /// <summary>The first compound with the same fingerprint: equal numbers mean one structure.</summary>
    /// <param name="compound">From 0 to <see cref="Count"/> - 1.</param>
    public int StructureOf(int compound) => _structures[compound];

    /// <summary>
    /// Whether a structure belongs to those that nothing is learned from. Decided by the hash of its fingerprint alone, so it is the same in every collection
    /// and does not depend on which other compounds there are.
    /// </summary>
    /// <param name="compound">From 0 to <see cref="Count"/> - 1.</param>
    /// <param name="share">How many of all structures are held out, from 0 to 1.</param>
    public bool IsHeldOut(int compound, double share) => _hashes[compound] < share * TwoTo32;

    /// <summary>The compounds that an assay measured, one for each structure: of copies the first that was measured.</summary>
    /// <param name="assay">From 0 to the number of assays - 1.</param>
    public IReadOnlyList<int> Measured(int assay)
    {
        HashSet<int> seen = [];
        List<int> measured = [];
        for (int compound = 0; compound < Count; compound++)
        {
            if (Label(compound, assay) != NotMeasured && seen.Add(_structures[compound]))
            {
                measured.Add(compound);
            }
        }

        return measured;
    }

    /// <summary>Tanimoto similarity: bits that both have over bits that one has; 1 for two fingerprints without a bit.</summary>
    /// <param name="first">A compound.</param>
    /// <param name="second">A compound.</param>
    public double Tanimoto(int first, int second)
    {
        ReadOnlySpan<ulong> a = MemoryMarshal.Cast<byte, ulong>(Fingerprint(first)), b = MemoryMarshal.Cast<byte, ulong>(Fingerprint(second));
        int both = 0, either = 0;
        for (int i = 0; i < a.Length; i++)
        {
            both += BitOperations.PopCount(a[i] & b[i]);
            either += BitOperations.PopCount(a[i] | b[i]);
        }

        return either == 0 ? 1 : (double)both / either;
    }

    private readonly record struct Hash(ulong First, ulong Second);
}
