using FastDPMeta.Engine.Tasks;

namespace FastDPMeta.Engine.Tests.Tasks;

/// <summary>Small sets of compounds whose bits tell their number.</summary>
internal static class Molecules
{
    /// <summary>Compounds with different fingerprints: of compound n the bits of n, and bit 100.</summary>
    public static byte[] Fingerprints(int count)
    {
        byte[] bytes = new byte[count * 256];
        for (int compound = 0; compound < count; compound++)
        {
            bytes[compound * 256] = (byte)compound;
            bytes[(compound * 256) + 1] = (byte)(compound >> 8);
            bytes[(compound * 256) + 12] = 16;
        }

        return bytes;
    }

    /// <summary>Which compound a row of bits is.</summary>
    public static int Number(ReadOnlySpan<float> bits)
    {
        int number = 0;
        for (int bit = 0; bit < 16; bit++)
        {
            number |= (int)bits[bit] << bit;
        }

        return number;
    }

    /// <summary>A set in which assay a measured every compound and found a share of them active, other ones for each assay.</summary>
    public static MoleculeSet Measured(int count, params AssaySplit[] splits)
    {
        byte[] labels = new byte[count * splits.Length];
        for (int i = 0; i < labels.Length; i++)
        {
            int compound = i / splits.Length, assay = i % splits.Length;
            labels[i] = (byte)((compound + assay) % 3 == 0 ? 1 : 0);
        }

        return MoleculeSet.Create(Fingerprints(count), labels, [.. splits.Select((split, i) => new Assay($"assay {i}", split))]);
    }
}
