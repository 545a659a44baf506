namespace FastDPMeta.Engine.Tasks;

/// <summary>The two lists of alphabets that Lake et al. (2015) published.</summary>
public enum LakeSet
{
    /// <summary>30 alphabets, 964 characters, to learn from.</summary>
    Background,

    /// <summary>20 alphabets, 659 characters, never to be trained on.</summary>
    Evaluation,
}
