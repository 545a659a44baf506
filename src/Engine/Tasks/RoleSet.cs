using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace FastDPMeta.Engine.Tasks;

/// <summary>
/// Shakespeare by role: the 141 speakers with at least 1,000 characters in an excerpt of several plays, each with all its speeches. One role stands for one person.
/// The excerpt is the <c>tinyshakespeare</c> of github.com/karpathy/char-rnn; the plays are in the public domain.
/// </summary>
/// <remarks>
/// On disk a folder holds <c>text.bin.gz</c> (gzip of one byte a character: each role's speeches in the order of the plays, a line feed behind each) and <c>roles.csv</c>
/// (<c>role_id,role,offset,length,speeches,split</c>).
/// </remarks>
public sealed class RoleSet
{
    /// <summary>Roles.</summary>
    public const int RoleCount = 141;

    /// <summary>Those that are learned from.</summary>
    public const int TrainingCount = 113;

    /// <summary>Characters that a role has at least.</summary>
    public const int LeastLength = 1000;

    /// <summary>Different characters.</summary>
    public const int VocabularySize = 64;

    /// <summary>The file of characters within a folder.</summary>
    public const string TextFileName = "text.bin.gz";

    /// <summary>The file of roles within a folder.</summary>
    public const string RoleFileName = "roles.csv";

    /// <summary>SHA-256 of the uncompressed text, in hexadecimal.</summary>
    public const string TextSha256 = "60a869de2995c2edbe789a57f0f8b6cea42dcc02162ff83fce8329004c88e9ca";

    private const int TextLength = 976_473;
    private const string Header = "role_id,role,offset,length,speeches,split";
    private const string Remedy = "Delete it and get the data again, or point to a good copy.";

    // Those that are measured on, a fifth of all, as the data set has them.
    private static readonly int[] MeasuredOn =
        [3, 4, 5, 10, 14, 19, 30, 34, 36, 41, 44, 48, 57, 59, 68, 78, 81, 82, 83, 84, 87, 107, 110, 114, 121, 125, 126, 134];

    private readonly byte[] _codes;
    private readonly char[] _vocabulary;

    private RoleSet(byte[] text, IReadOnlyList<Role> roles)
    {
        Roles = roles;
        _vocabulary = [.. text.Distinct().Order().Select(value => (char)value)];
        byte[] code = new byte[256];
        for (int i = 0; i < _vocabulary.Length; i++)
        {
            code[_vocabulary[i]] = (byte)i;
        }

        _codes = [.. text.Select(value => code[value])];
    }

    /// <summary>The roles; element i has <see cref="Role.Id"/> i.</summary>
    public IReadOnlyList<Role> Roles { get; }

    /// <summary>The characters in the order of their numbers.</summary>
    public IReadOnlyList<char> Vocabulary => _vocabulary;

    /// <summary>A role's text as numbers from 0 to <see cref="VocabularySize"/> - 1.</summary>
    /// <param name="role">One of <see cref="Roles"/>.</param>
    public ReadOnlySpan<byte> TextOf(Role role)
    {
        ArgumentNullException.ThrowIfNull(role);
        return _codes.AsSpan(role.Offset, role.Length);
    }

    /// <summary>The roles that are learned from, or measured on.</summary>
    /// <param name="split">Which.</param>
    public IReadOnlyList<Role> RolesIn(TaskSplit split) => [.. Roles.Where(role => role.Split == split)];

    /// <summary>Reads a folder and checks every byte of the text.</summary>
    /// <param name="folder">Where both files are.</param>
    /// <exception cref="DataFileException">A file is missing, unreadable or damaged.</exception>
    public static RoleSet Load(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        string textPath = Path.Combine(folder, TextFileName), rolePath = Path.Combine(folder, RoleFileName);
        byte[] text = Read(textPath, path =>
        {
            using FileStream file = File.OpenRead(path);
            using GZipStream zip = new(file, CompressionMode.Decompress);
            using MemoryStream all = new();
            zip.CopyTo(all);
            return all.ToArray();
        });
        if (Fingerprint(text) != TextSha256)
        {
            throw new DataFileException(textPath, "the text is not that of the roles (SHA-256 differs)", Remedy);
        }

        string[] lines = Read(rolePath, File.ReadAllLines);
        Role?[] roles = [.. lines.Skip(1).Select(Parse)];
        return lines.Length > 0 && lines[0] == Header && roles.Length == RoleCount && roles.All(role => role is not null)
            ? new RoleSet(text, [.. roles.Select(role => role!)])
            : throw new DataFileException(rolePath, $"it is not the list of the {RoleCount} roles", Remedy);
    }

    /// <summary>Takes the excerpt apart: speeches stand between empty lines, each behind its speaker's name and a colon; one without words is none.</summary>
    /// <param name="plays">The file <c>input.txt</c> of the excerpt.</param>
    /// <exception cref="ArgumentException">What results is not the text of the roles (SHA-256): the file is another one.</exception>
    public static RoleSet FromPlays(byte[] plays)
    {
        ArgumentNullException.ThrowIfNull(plays);
        List<string> names = [];
        Dictionary<string, (StringBuilder Text, int Speeches)> roles = [];
        foreach (string speech in Encoding.Latin1.GetString(plays).Split("\n\n", StringSplitOptions.RemoveEmptyEntries))
        {
            string[] parts = speech.Trim('\n').Split('\n', 2);
            if (parts.Length < 2 || parts[1].Length == 0 || !parts[0].EndsWith(':'))
            {
                continue;
            }

            string name = parts[0][..^1];
            if (!roles.TryGetValue(name, out (StringBuilder Text, int Speeches) role))
            {
                names.Add(name);
                role = (new StringBuilder(), 0);
            }

            role.Text.Append(parts[1]).Append('\n');
            roles[name] = (role.Text, role.Speeches + 1);
        }

        StringBuilder text = new();
        List<Role> list = [];
        foreach (string name in names.Where(name => roles[name].Text.Length >= LeastLength))
        {
            list.Add(new Role(
                list.Count, name, text.Length, roles[name].Text.Length, roles[name].Speeches, MeasuredOn.Contains(list.Count) ? TaskSplit.Evaluation : TaskSplit.Training));
            text.Append(roles[name].Text);
        }

        byte[] bytes = Encoding.Latin1.GetBytes(text.ToString());
        return Fingerprint(bytes) == TextSha256
            ? new RoleSet(bytes, list)
            : throw new ArgumentException($"RoleSet.FromPlays: needs the tinyshakespeare excerpt of 1,115,394 bytes; got {plays.Length} bytes that give another text. Get the file again.", nameof(plays));
    }

    /// <summary>Numbers as text again.</summary>
    /// <param name="codes">Each from 0 to <see cref="VocabularySize"/> - 1.</param>
    public string Decode(ReadOnlySpan<byte> codes)
    {
        StringBuilder text = new(codes.Length);
        foreach (byte code in codes)
        {
            text.Append(_vocabulary[code]);
        }

        return text.ToString();
    }

    private static Role? Parse(string line, int expectedId)
    {
        string[] fields = line.Split(',');
        TaskSplit? split = fields.Length != 6 ? null : fields[5] switch { "train" => TaskSplit.Training, "test" => TaskSplit.Evaluation, _ => null };
        return split is { } part
            && Number(fields[0], out int id) && id == expectedId
            && Number(fields[2], out int offset) && Number(fields[3], out int length) && Number(fields[4], out int speeches)
            && length >= LeastLength && (long)offset + length <= TextLength
            ? new Role(id, fields[1], offset, length, speeches, part)
            : null;
    }

    private static bool Number(string text, out int value) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);

    private static T Read<T>(string path, Func<string, T> read)
    {
        try
        {
            return read(path);
        }
        catch (InvalidDataException exception)
        {
            throw new DataFileException(path, "the gzip data is damaged", Remedy, exception);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new DataFileException(path, "the file is missing", $"Give a folder that holds {TextFileName} and {RoleFileName}.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new DataFileException(path, $"can't be read ({exception.Message.TrimEnd('.')})", "Check the file and its permissions.", exception);
        }
    }

    private static string Fingerprint(byte[] text) => Convert.ToHexStringLower(SHA256.HashData(text));
}
