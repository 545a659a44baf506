using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Transforms;

namespace FastDPMeta.Testing;

/// <summary>Derivatives by central differences in double precision: the independent oracle of every derivative test.</summary>
public static class Numeric
{
    /// <summary>Gradient of a computation's first, scalar result with respect to argument <paramref name="index"/>, by central differences.</summary>
    public static double[] Gradient(Computation computation, double[][] arguments, int index, double step = 1e-5)
    {
        double[] gradient = new double[arguments[index].Length];
        for (int i = 0; i < gradient.Length; i++)
        {
            // The fourth-order stencil: error of order step⁴, so that round-off and truncation both stay near 1e-10.
            double At(double offset)
            {
                double[][] moved = [.. arguments.Select(values => (double[])values.Clone())];
                moved[index][i] += offset;
                return Interpreter.Run(computation, moved)[0][0];
            }

            gradient[i] = ((8 * (At(step) - At(-step))) - (At(2 * step) - At(-2 * step))) / (12 * step);
        }

        return gradient;
    }

    /// <summary>Largest difference between two arrays, relative to the largest magnitude in either (at least <paramref name="floor"/>).</summary>
    public static double RelativeError(ReadOnlySpan<double> actual, ReadOnlySpan<double> expected, double floor = 1e-3)
    {
        if (actual.Length != expected.Length)
        {
            return double.PositiveInfinity;
        }

        double difference = 0;
        double scale = floor;
        for (int i = 0; i < actual.Length; i++)
        {
            if (!double.IsFinite(actual[i]) || !double.IsFinite(expected[i]))
            {
                return double.PositiveInfinity;
            }

            difference = Math.Max(difference, Math.Abs(actual[i] - expected[i]));
            scale = Math.Max(scale, Math.Max(Math.Abs(actual[i]), Math.Abs(expected[i])));
        }

        return difference / scale;
    }
}
