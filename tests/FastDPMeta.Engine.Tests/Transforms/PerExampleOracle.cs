using FastDPMeta.Engine.Ir;
using FastDPMeta.Engine.Transforms;

namespace FastDPMeta.Engine.Tests.Transforms;

/// <summary>One unit after another, every gradient formed, clipped and added in double precision: what <see cref="PerExample"/> must equal.</summary>
internal static class PerExampleOracle
{
    /// <summary>Sums per parameter, sums of results, counts (real, clipped, not finite), and norms.</summary>
    public static (double[][] Sums, double[] Values, double[] Counts, double[] Norms) Run(UnitProgram program, double[][][] units, double[] mask, double? clipNorm)
    {
        Computation unit = program.Trace();
        Computation slope = unit.Grad([.. Enumerable.Range(0, program.Parameters.Length)]);
        double[][] parameters = program.ParameterValues();
        double[][] sums = [.. program.Parameters.Select(shape => new double[shape.Count])];
        double[] values = new double[unit.Outputs.Count];
        double[] counts = new double[3];
        double[] norms = new double[units.Length];
        for (int u = 0; u < units.Length; u++)
        {
            double[][] gradients = Interpreter.Run(slope, [.. parameters, .. units[u]])[1..];
            double[][] results = Interpreter.Run(unit, [.. parameters, .. units[u]]);
            norms[u] = Math.Sqrt(gradients.Sum(gradient => gradient.Sum(value => value * value)));
            if (mask[u] == 0)
            {
                continue;
            }

            counts[0]++;
            if (!double.IsFinite(norms[u]) || !double.IsFinite(results[0][0]))
            {
                counts[2]++;
                continue;
            }

            double factor = clipNorm is { } norm && norms[u] > norm ? norm / norms[u] : 1;
            counts[1] += factor < 1 ? 1 : 0;
            for (int i = 0; i < sums.Length; i++)
            {
                for (int element = 0; element < sums[i].Length; element++)
                {
                    sums[i][element] += factor * gradients[i][element];
                }
            }

            for (int i = 0; i < values.Length; i++)
            {
                values[i] += results[i][0];
            }
        }

        return (sums, values, counts, norms);
    }

    /// <summary>Arguments of the batched computation: parameters, data of all units stacked, mask.</summary>
    public static double[][] Arguments(UnitProgram program, double[][][] units, double[] mask) =>
    [
        .. program.ParameterValues(),
        .. Enumerable.Range(0, program.Data.Length).Select(i => units.SelectMany(unit => unit[i]).ToArray()),
        mask,
    ];
}
