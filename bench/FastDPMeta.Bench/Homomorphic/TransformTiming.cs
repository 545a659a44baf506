using FastDPMeta.Kernels.Ntt;
using FastDPMeta.Privacy.Homomorphic;

namespace FastDPMeta.Bench.Homomorphic;

/// <summary>One transform of one polynomial modulo one prime, in both directions.</summary>
internal static class TransformTiming
{
    public static (string Name, Action Run)[] Of(CkksParameters parameters)
    {
        CkksContext context = parameters.Context;
        ResidueBuffer limb = new(parameters.Degree);
        for (int i = 0; i < parameters.Degree; i++)
        {
            limb.Span[i] = context.Prime(0).Reduce(i * 1_234_567.0 * 4321);
        }

        return [("NTT", () => context.Forward(limb.Span, 0)), ("inverse NTT", () => context.Inverse(limb.Span, 0))];
    }
}
