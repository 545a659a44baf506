using System.Globalization;
using System.Text;
using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Engine.Compile;

/// <summary>Compiled computations as text.</summary>
internal static class Explanation
{
    /// <summary>Launches of one run, repeats counted.</summary>
    public static long Launches(Block block) => Sum(block, _ => 1);

    /// <summary>A sum over launches, repeats counted.</summary>
    public static long Sum(Block block, Func<KernelSpec, long> value) => block.Steps.Sum(step => step switch
    {
        Call call => value(call.Spec),
        RepeatedBlock repeated => repeated.Count * Sum(repeated.Body, value),
        _ => 0,
    });

    /// <summary>The listing.</summary>
    public static string Of(CompiledComputation computation, Block block)
    {
        StringBuilder text = new();
        text.Append(
            CultureInfo.InvariantCulture,
            $"{computation.Name}: {computation.LaunchCount} launches of {computation.KernelCount} kernels, {Amount(computation.Flops)}flop, {Amount(computation.Bytes)}B moved, {Amount(sizeof(float) * computation.ScratchFloats)}B scratch a lane\n");
        Append(text, block, "  ");
        return text.ToString();
    }

    private static void Append(StringBuilder text, Block block, string indent)
    {
        foreach (Planned step in block.Steps)
        {
            if (step is RepeatedBlock repeated)
            {
                text.Append(CultureInfo.InvariantCulture, $"{indent}repeat {repeated.Count}\n");
                Append(text, repeated.Body, indent + "  ");
            }
            else if (step is Call call)
            {
                text.Append(
                    CultureInfo.InvariantCulture,
                    $"{indent}{call.Spec.Kind,-10} {Extents(call.Spec),-24} {Amount(call.Spec.Flops),8}flop {Amount(call.Spec.Bytes),8}B  {call.Label}\n");
            }
        }
    }

    private static string Extents(KernelSpec spec) => spec switch
    {
        LoopSpec loop => $"{loop.Extents}",
        ReduceSpec reduce => $"{reduce.Kept} over {reduce.Reduced}",
        MatMulSpec product => $"{(product.Batch.Count > 0 ? $"{product.Batch}·" : string.Empty)}{product.M}x{product.K}x{product.N}",
        GatherSpec gather => $"{gather.Batch} {gather.Count} of {gather.Rows}x{gather.Width}",
        ScatterAddSpec scatter => $"{scatter.Batch} {scatter.Count} to {scatter.Rows}x{scatter.Width}{(scatter.Accumulate ? " added" : string.Empty)}",
        RowGroupSpec groups => $"{groups.Batch} {groups.Count} of {groups.Rows}",
        FoldSpec fold => $"{fold.Outer}x{fold.Length}x{fold.Inner} from {fold.Windows}x{fold.Size}",
        NoiseSpec noise => $"{noise.Batch} {noise.Count}",
        _ => string.Empty,
    };

    private static string Amount(double value)
    {
        string[] units = [" ", " k", " M", " G", " T"];
        int unit = 0;
        while (value >= 1000 && unit < units.Length - 1)
        {
            value /= 1000;
            unit++;
        }

        return value.ToString(unit == 0 ? "0" : "0.0", CultureInfo.InvariantCulture) + units[unit];
    }
}
