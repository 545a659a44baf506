using FastDPMeta.Engine.Tasks;

namespace FastDPMeta.Cli.Data;

/// <summary>
/// The split of Vinyals et al. (2016), which is not in the original archives. As published with prototypical networks (Snell et al.
/// 2017) it goes by whole alphabets, but for Gurmukhi, of which the last four characters are in the test part.
/// </summary>
internal static class OmniglotSplits
{
    private const string SplitAlphabet = "Gurmukhi";
    private const int FirstTestCharacter = 42;

    private static readonly HashSet<string> Validation = ["Armenian", "Bengali", "Early_Aramaic", "Hebrew", "Mkhedruli_(Georgian)"];

    private static readonly HashSet<string> Test =
    [
        "Kannada", "Keble", "Malayalam", "Manipuri", "Mongolian", "Old_Church_Slavonic_(Cyrillic)",
        "Oriya", "Sylheti", "Syriac_(Serto)", "Tengwar", "Tibetan", "ULOG",
    ];

    /// <summary>The class list, from alphabet and number of each character in the order of their file numbers.</summary>
    /// <param name="characters">All 1,623 characters.</param>
    /// <param name="background">How many of them, from the first, are of the background list.</param>
    internal static OmniglotClass[] Classes(IReadOnlyList<(string Alphabet, int Character)> characters, int background)
    {
        Dictionary<string, int> alphabets = [];
        OmniglotClass[] classes = new OmniglotClass[characters.Count];
        for (int id = 0; id < classes.Length; id++)
        {
            (string alphabet, int character) = characters[id];
            alphabets.TryAdd(alphabet, alphabets.Count);
            LakeSet set = id < background ? LakeSet.Background : LakeSet.Evaluation;
            classes[id] = new OmniglotClass(id, alphabets[alphabet], alphabet, character, set, SplitOf(alphabet, character));
        }

        return classes;
    }

    private static VinyalsSplit SplitOf(string alphabet, int character) =>
        Validation.Contains(alphabet) ? VinyalsSplit.Validation
        : Test.Contains(alphabet) || (alphabet == SplitAlphabet && character >= FirstTestCharacter) ? VinyalsSplit.Test
        : VinyalsSplit.Train;
}
