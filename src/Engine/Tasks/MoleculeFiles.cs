using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace FastDPMeta.Engine.Tasks;

/// <summary>
/// The files of a molecule set: <c>ecfp4_2048.bits.gz</c>, 256 bytes a compound, the least significant bit first; <c>labels.u8.gz</c>, one byte for each
/// compound and assay; <c>tasks.csv</c>, the assays.
/// </summary>
internal static class MoleculeFiles
{
    internal const string Fingerprints = "ecfp4_2048.bits.gz";
    internal const string Labels = "labels.u8.gz";
    internal const string Assays = "tasks.csv";
    private const string Remedy = "Restore it from a good copy.";
    private const string Columns = "task_id,name,split";

    /// <summary>SHA-256 of what the three files hold, unzipped.</summary>
    private static (string Fingerprints, string Labels, string Assays) Hashes(MoleculeCollection collection) => collection switch
    {
        MoleculeCollection.Tox21 => (
            "67799d51035b673a3289ee487058a6e853cde285580be09745398dec1b42decf",
            "4ef4106914fb1c3b7951f2033689e58bd74dfac10f0f926a517136f086a98d94",
            "e938545839f8e21db8d10e08f9b3713924fd7af64302f62a877a50a24eb778ed"),
        MoleculeCollection.Sider => (
            "7c6b1e7a0267de8886aa05b465c0fa31fab69335375a83b75040f67a4539b802",
            "bc8fc0d18492719f798d667c3a12fe185216061e7d388a24e8e0c22174449bea",
            "9a3e1a97e408e9d1a1eb7a867b5d5899c398ecf910bd3e3010a88d3e94d2aabb"),
        _ => (
            "2880d57003bccfc240f06f9b4841fa71e6fdbd3a25a9d88d1f872c2e7525ff26",
            "e43e2fa12fd21fb6057f8e4a319de06e6713e1efd6d4a0d17b89e5160a0dbc98",
            "4f43b3e2429d6706e9a6c1fc178b8c5e784de6024a006524539fdfb23fae57a2"),
    };

    /// <summary>Reads a folder.</summary>
    /// <param name="folder">Where the files are.</param>
    /// <param name="expected">Whose content it must be; null takes any.</param>
    /// <exception cref="DataFileException">A file is missing, unreadable, damaged or not what it should be.</exception>
    internal static MoleculeSet Read(string folder, MoleculeCollection? expected)
    {
        byte[] table = Bytes(Path.Combine(folder, Assays), zipped: false);
        byte[] fingerprints = Bytes(Path.Combine(folder, Fingerprints), zipped: true);
        byte[] labels = Bytes(Path.Combine(folder, Labels), zipped: true);
        if (expected is { } collection)
        {
            (string ofFingerprints, string ofLabels, string ofAssays) = Hashes(collection);
            Check(folder, Assays, table, ofAssays, collection);
            Check(folder, Fingerprints, fingerprints, ofFingerprints, collection);
            Check(folder, Labels, labels, ofLabels, collection);
        }

        IReadOnlyList<Assay> assays = Table(Path.Combine(folder, Assays), Encoding.UTF8.GetString(table));
        try
        {
            return MoleculeSet.Create(fingerprints, labels, assays);
        }
        catch (ArgumentException exception)
        {
            throw new DataFileException(folder, exception.Message.TrimEnd('.'), "Give a folder whose files belong together.", exception);
        }
    }

    private static void Check(string folder, string name, byte[] bytes, string sha256, MoleculeCollection collection)
    {
        if (Convert.ToHexStringLower(SHA256.HashData(bytes)) != sha256)
        {
            throw new DataFileException(Path.Combine(folder, name), $"the content is not that of {collection} (SHA-256 differs)", Remedy);
        }
    }

    private static byte[] Bytes(string path, bool zipped)
    {
        try
        {
            using FileStream file = File.OpenRead(path);
            using MemoryStream all = new();
            if (zipped)
            {
                using GZipStream zip = new(file, CompressionMode.Decompress);
                zip.CopyTo(all);
            }
            else
            {
                file.CopyTo(all);
            }

            return all.ToArray();
        }
        catch (InvalidDataException exception)
        {
            throw new DataFileException(path, "the gzip data is damaged", Remedy, exception);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new DataFileException(path, "the file is missing", $"Give the folder that holds {Fingerprints}, {Labels} and {Assays}.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new DataFileException(path, $"can't be read ({exception.Message.TrimEnd('.')})", "Check the file and its permissions.", exception);
        }
    }

    private static Assay[] Table(string path, string text)
    {
        string[] lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (lines.Length < 2 || !lines[0].StartsWith(Columns, StringComparison.Ordinal))
        {
            throw new DataFileException(path, $"it does not begin with the columns {Columns} and list an assay", Remedy);
        }

        Assay[] assays = new Assay[lines.Length - 1];
        for (int i = 0; i < assays.Length; i++)
        {
            string[] fields = CsvRows.Split(lines[i + 1]);
            AssaySplit? split = fields.Length < 3 ? null : fields[2] switch
            {
                "train" => AssaySplit.Train,
                "val" => AssaySplit.Validation,
                "test" => AssaySplit.Test,
                _ => null,
            };
            assays[i] = split is { } known && fields[0] == i.ToString(CultureInfo.InvariantCulture)
                ? new Assay(fields[1], known)
                : throw new DataFileException(path, $"line {i + 2} is not assay {i} with a split of train, val or test", Remedy);
        }

        return assays;
    }
}
