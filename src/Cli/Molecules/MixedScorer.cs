using System.Numerics.Tensors;
using FastDPMeta.Engine.Tasks;

namespace FastDPMeta.Cli.Molecules;

/// <summary>The weighted mean of two scores.</summary>
/// <param name="name">For tables.</param>
/// <param name="first">One.</param>
/// <param name="second">The other.</param>
/// <param name="share">Weight of the first, from 0 to 1.</param>
internal sealed class MixedScorer(string name, IAssayScorer first, IAssayScorer second, double share) : IAssayScorer
{
    public string Name => name;

    public float[] Score(AssayEpisode episode, int number)
    {
        float[] one = first.Score(episode, number), other = second.Score(episode, number);
        TensorPrimitives.Multiply(one, (float)share, one);
        TensorPrimitives.MultiplyAdd(other, 1 - (float)share, one, other);
        return other;
    }
}
