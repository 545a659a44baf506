using FastDPMeta.Engine.Ir;
using FastDPMeta.Kernels;
using FastDPMeta.Kernels.Random;

namespace FastDPMeta.Privacy.Training;

/// <summary>
/// Whether a unit's whole numbers have the same bits in whatever row of a chunk it stands, and beside whoever. With secure noise the account rests on it: in a lot with one
/// unit more the others move on by a row, and their contributions must not move with them. Kernels compute rows alike, but vector widths and tiles end somewhere; so
/// a step is tried with random parameters and data before it is used, and computes unit by unit where the rows do not agree.
/// </summary>
internal static class PlaceCheck
{
    /// <summary>Rows tried at either end of a chunk: more than any vector or tile has.</summary>
    private const int Ends = 16;

    private const double ParameterScale = 0.1;

    /// <summary>The step, in chunks as asked for if their rows agree, otherwise unit by unit.</summary>
    /// <param name="spec">The step.</param>
    /// <param name="device">Where it runs.</param>
    public static PrivateStep Compile(StepSpec spec, Device device)
    {
        if (spec.Plan.Lattice is null)
        {
            return new PrivateStep(spec, device);
        }

        spec = spec with { Chunk = Math.Min(spec.Chunk, NoiseLattice.MostUnits) };
        PrivateStep step = new(spec, device);
        if (spec.Chunk == 1 || Agrees(step, spec))
        {
            return step;
        }

        step.Dispose();
        return new PrivateStep(spec with { Chunk = 1 }, device);
    }

    /// <summary>Whether all rows agree. Leaves random parameters in the step.</summary>
    internal static bool Agrees(PrivateStep step, StepSpec spec)
    {
        using RandomKey key = RandomKey.UnsafeFixed(1); // public numbers, nobody's data
        using RandomStream random = new(key);
        float[] parameters = new float[spec.Layout.Count];
        foreach (ref float parameter in parameters.AsSpan())
        {
            parameter = (float)(ParameterScale * random.NextGaussian());
        }

        step.WriteParameters(parameters);
        Shape[] shapes = spec.DataShapes;
        float[][] unit = [.. shapes.Select(shape => Bits(random, shape.Count))];
        float[]? first = null;
        for (int row = 0; row < spec.Chunk; row = row == Ends - 1 ? Math.Max(row + 1, spec.Chunk - Ends) : row + 1)
        {
            float[][] data = [.. shapes.Select((shape, i) => WithRow(Bits(random, shape.Count * spec.Chunk), unit[i], row))];
            float[] sum = step.SumOfRow(data, row);
            first ??= sum;
            if (!first.AsSpan().SequenceEqual(sum))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>0 and 1: pictures, tokens and labels all take them.</summary>
    private static float[] Bits(RandomStream random, int count)
    {
        float[] values = new float[count];
        foreach (ref float value in values.AsSpan())
        {
            value = random.NextInt(2);
        }

        return values;
    }

    private static float[] WithRow(float[] values, float[] unit, int row)
    {
        unit.CopyTo(values, row * unit.Length);
        return values;
    }
}
