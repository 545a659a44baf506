using System.Globalization;
using System.Text;

namespace FastDPMeta.Engine.Tasks;

/// <summary>Reads and writes <c>classes.csv</c>, the list of the 1,623 characters.</summary>
internal static class OmniglotClassTable
{
    internal const string FileName = "classes.csv";
    private const string Header = "class_id,code,alphabet_id,alphabet,character,lake_set,vinyals";
    private const int Fields = 7;

    internal static IReadOnlyList<OmniglotClass> Read(string folder)
    {
        string path = Path.Combine(folder, FileName);
        string[] lines = ReadLines(path);
        if (lines.Length == 0 || lines[0] != Header)
        {
            throw Damaged(path, $"the first line is not '{Header}'");
        }

        OmniglotClass[] classes = new OmniglotClass[lines.Length - 1];
        for (int i = 0; i < classes.Length; i++)
        {
            classes[i] = Parse(lines[i + 1], i) ?? throw Damaged(path, $"line {i + 2} is not a character with class_id {i}");
        }

        if (classes.Length != OmniglotSet.ClassCount)
        {
            throw Damaged(path, $"it lists {classes.Length} characters, not {OmniglotSet.ClassCount}");
        }

        return classes;
    }

    /// <summary>The table as text, lines ended by a line feed.</summary>
    internal static string Format(IReadOnlyList<OmniglotClass> classes)
    {
        StringBuilder text = new(Header);
        text.Append('\n');
        foreach (OmniglotClass c in classes)
        {
            string set = c.LakeSet == LakeSet.Background ? "background" : "evaluation";
            string split = c.Vinyals switch { VinyalsSplit.Train => "train", VinyalsSplit.Validation => "val", _ => "test" };
            text.Append(CultureInfo.InvariantCulture, $"{c.Id},{c.Id + 1:D4},{c.AlphabetId},{c.Alphabet},{c.Character},{set},{split}\n");
        }

        return text.ToString();
    }

    private static OmniglotClass? Parse(string line, int expectedId)
    {
        string[] fields = line.Split(',');
        if (fields.Length != Fields
            || !Number(fields[0], out int id) || id != expectedId
            || !Number(fields[2], out int alphabet)
            || !Number(fields[4], out int character))
        {
            return null;
        }

        LakeSet? set = fields[5] switch { "background" => LakeSet.Background, "evaluation" => LakeSet.Evaluation, _ => null };
        VinyalsSplit? split = fields[6] switch
        {
            "train" => VinyalsSplit.Train,
            "val" => VinyalsSplit.Validation,
            "test" => VinyalsSplit.Test,
            _ => null,
        };
        return set is null || split is null ? null : new OmniglotClass(id, alphabet, fields[3], character, set.Value, split.Value);
    }

    private static bool Number(string text, out int value) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);

    private static string[] ReadLines(string path)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw OmniglotSet.Unreadable(path, exception);
        }
    }

    private static DataFileException Damaged(string path, string problem) => new(path, problem, OmniglotSet.Remedy);
}
