using System.Numerics.Tensors;
using FastDPMeta.Engine.Tasks;

namespace FastDPMeta.Cli.Molecules;

/// <summary>
/// Prototypes on an embedding (Snell, Swersky and Zemel 2017): embeddings are scaled to length 1, and the score is the difference of a query's squared distances to
/// both class means of the support, up to what all queries share. It sees nothing but the embedding, the support and the query: after private training it is
/// post-processing.
/// </summary>
/// <param name="name">For tables.</param>
/// <param name="embeddings">[compound][feature].</param>
/// <param name="centre">Whether embeddings are first taken from the midpoint of the two class means.</param>
internal sealed class PrototypeScorer(string name, float[][] embeddings, bool centre = true) : IAssayScorer
{
    private const float Tiny = 1e-12f; // beside a squared length: an embedding at the origin has no direction

    public string Name => name;

    public float[] Score(AssayEpisode episode, int number)
    {
        float[] origin = new float[embeddings[0].Length];
        if (centre)
        {
            TensorPrimitives.Add(Mean(episode.Actives, compound => embeddings[compound]), Mean(episode.Inactives, compound => embeddings[compound]), origin);
            TensorPrimitives.Multiply(origin, 0.5f, origin);
        }

        float[] direction = Mean(episode.Actives, compound => Unit(embeddings[compound], origin));
        TensorPrimitives.Subtract(direction, Mean(episode.Inactives, compound => Unit(embeddings[compound], origin)), direction);
        return [.. episode.Queries.Select(query => TensorPrimitives.Dot<float>(Unit(embeddings[query], origin), direction))];
    }

    private static float[] Mean(IReadOnlyList<int> compounds, Func<int, float[]> vector)
    {
        float[] sum = new float[vector(compounds[0]).Length];
        foreach (int compound in compounds)
        {
            TensorPrimitives.Add(sum, vector(compound), sum);
        }

        TensorPrimitives.Divide(sum, compounds.Count, sum);
        return sum;
    }

    private static float[] Unit(float[] embedding, float[] origin)
    {
        float[] moved = new float[embedding.Length];
        TensorPrimitives.Subtract(embedding, origin, moved);
        TensorPrimitives.Divide(moved, MathF.Sqrt(TensorPrimitives.SumOfSquares<float>(moved) + Tiny), moved);
        return moved;
    }
}
