using FastDPMeta.Engine.Ir;

namespace FastDPMeta.Engine.Meta;

/// <summary>
/// Steps of an inner loop in one of two forms that compute the same numbers: written out one after another, all activations kept for the outer
/// derivative; or as a <see cref="Scan"/>, whose derivative keeps what the steps hand on, the weights, and computes activations again, one step at
/// a time.
/// </summary>
internal static class InnerSteps
{
    /// <summary>Runs steps.</summary>
    /// <param name="carries">What the first step starts with.</param>
    /// <param name="sequences">Tensors [step, …] of which each step gets its own element.</param>
    /// <param name="constants">What every step sees whole. Tensors of the surrounding trace must come in here, not by capture.</param>
    /// <param name="steps">How many, at least 0.</param>
    /// <param name="recompute">Whether activations are computed again by the outer derivative.</param>
    /// <param name="step">The step.</param>
    /// <returns>The last carries, and every step's results as [step, …].</returns>
    public static (Tensor[] Carries, Tensor[] Results) Run(
        Tensor[] carries, Tensor[] sequences, Tensor[] constants, int steps, bool recompute, Scan.Step step)
    {
        if (recompute && steps > 1)
        {
            return Scan.Run(carries, sequences.Length > 0 ? sequences : [constants[0].Iota(steps)], constants, step);
        }

        List<Tensor[]> rows = [];
        for (int number = 0; number < steps; number++)
        {
            Tensor[] elements = [.. sequences.Select(sequence => sequence.Slice(0, number, 1).Reshape(sequence.Shape.Remove(0)))];
            (carries, Tensor[] results) = step(carries, elements, constants);
            rows.Add([.. results.Select(result => result.Reshape(result.Shape.Insert(0, 1)))]);
        }

        int count = rows.Count == 0 ? 0 : rows[0].Length;
        return (carries, [.. Enumerable.Range(0, count).Select(i => Tensor.Concatenate(0, [.. rows.Select(row => row[i])]))]);
    }
}
