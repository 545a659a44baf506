using FastDPMeta.Engine.Ops;

namespace FastDPMeta.Engine.Ir;

/// <summary>
/// Recurrence: a step repeated over the first axis of sequences. It compiles in the time of one step, and its derivative is a scan in
/// the other direction.
/// </summary>
public static class Scan
{
    /// <summary>One step: from carries, one element of each sequence, and constants, to new carries and one element of each result.</summary>
    /// <param name="carries">What the step before left.</param>
    /// <param name="elements">One element of each sequence.</param>
    /// <param name="constants">The same at every step: weights.</param>
    public delegate (Tensor[] Carries, Tensor[] Results) Step(Tensor[] carries, Tensor[] elements, Tensor[] constants);

    /// <summary>Runs <paramref name="step"/> along the first axis of <paramref name="sequences"/>.</summary>
    /// <param name="carries">What the first step starts with; at least one tensor among carries and sequences.</param>
    /// <param name="sequences">Each [length, …], at least one.</param>
    /// <param name="constants">Tensors every step sees whole. Tensors of the surrounding trace must come in here, not by capture.</param>
    /// <param name="step">The step; traced once.</param>
    /// <param name="reverse">Whether to begin with the last element.</param>
    /// <returns>The last carries, and every step's results stacked as [length, …].</returns>
    /// <exception cref="ShapeException">Sequences differ in length, or a carry changes shape.</exception>
    public static (Tensor[] Carries, Tensor[] Results) Run(
        Tensor[] carries, Tensor[] sequences, Tensor[] constants, Step step, bool reverse = false)
    {
        ArgumentNullException.ThrowIfNull(carries);
        ArgumentNullException.ThrowIfNull(sequences);
        ArgumentNullException.ThrowIfNull(constants);
        ArgumentNullException.ThrowIfNull(step);
        if (sequences.Length == 0 || sequences.Any(sequence => sequence.Shape.Rank == 0 || sequence.Shape[0] != sequences[0].Shape[0]))
        {
            throw new ShapeException(
                $"Scan: give at least one sequence, all with the same first axis; got {string.Join(", ", sequences.Select(sequence => sequence.Shape))}.{SourceLocation.Capture()}");
        }

        Shape[] shapes =
        [
            .. carries.Select(carry => carry.Shape), .. sequences.Select(sequence => sequence.Shape.Remove(0)), .. constants.Select(constant => constant.Shape),
        ];
        Computation body = Computation.Trace(shapes, inputs =>
        {
            (Tensor[] next, Tensor[] results) = step(
                inputs[..carries.Length], inputs[carries.Length..(carries.Length + sequences.Length)], inputs[(carries.Length + sequences.Length)..]);
            return next.Length == carries.Length
                ? [.. next, .. results]
                : throw new ShapeException($"Scan: a step must return {carries.Length} carries; got {next.Length}.{SourceLocation.Capture()}");
        });
        ScanOp op = new(body, carries.Length, sequences.Length, sequences[0].Shape[0], reverse);
        Tensor[] inputs = [.. carries, .. sequences, .. constants];
        Tensor scan = new(inputs[0].Graph.Add(op, [.. inputs.Select(input => input.Node)]));
        Tensor[] items = [.. Enumerable.Range(0, body.Outputs.Count).Select(index => scan.Add(new ItemOp(index)))];
        return (items[..carries.Length], items[carries.Length..]);
    }
}
