namespace FastDPMeta.Privacy.Homomorphic;

/// <summary>What has to fit together, with one sentence each for when it does not.</summary>
internal static class Require
{
    public static void Same(string operation, CkksParameters expected, CkksParameters got)
    {
        if (!expected.Equals(got))
        {
            throw new CkksException($"{operation}: the parameters differ: {expected} and {got}. Make everything from one set of parameters.");
        }
    }

    public static void Key(string operation, KeyId expected, KeyId got)
    {
        if (expected != got)
        {
            throw new CkksException($"{operation}: the keys differ: {expected} and {got}. Use the key that the ciphertext was made for.");
        }
    }
}
