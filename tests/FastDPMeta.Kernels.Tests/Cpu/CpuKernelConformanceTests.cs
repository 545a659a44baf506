using FastDPMeta.Kernels.Cpu;
using FastDPMeta.Kernels.Memory;
using FastDPMeta.Testing;

namespace FastDPMeta.Kernels.Tests.Cpu;

/// <summary>Random launches of every hand-written kernel against the double-precision oracle, at every vector width and split.</summary>
public sealed class CpuKernelConformanceTests
{
    public static TheoryData<string, int> KindsAndWidths()
    {
        TheoryData<string, int> data = [];
        foreach (int bits in new[] { 128, 256, 512 })
        {
            foreach (string kind in new[] { "matmul", "gather", "scatterAdd", "rowGroups", "fold" })
            {
                data.Add(kind, bits);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(KindsAndWidths))]
    public void Random_launches_agree_with_the_oracle_and_do_not_depend_on_the_split(string kind, int vectorBits)
    {
        System.Random random = new(1234);
        for (int trial = 0; trial < 150; trial++)
        {
            KernelCase launch = kind switch
            {
                "matmul" => KernelCases.MatMul(random),
                "gather" => KernelCases.Gather(random),
                "scatterAdd" => KernelCases.ScatterAdd(random),
                "rowGroups" => KernelCases.RowGroups(random),
                _ => KernelCases.Fold(random),
            };
            float[] whole = Run(launch, vectorBits, parts: 1);
            string? difference = KernelOracle.FirstDifference(launch.Expected(), whole, tolerance: 2e-5);
            if (difference is not null)
            {
                Assert.Fail($"trial {trial}: {difference} {launch}");
            }

            foreach (int parts in new[] { 2, 3, 16 })
            {
                Assert.Equal(whole, Run(launch, vectorBits, parts));
            }
        }
    }

    [Fact]
    public void Long_indices_are_grouped_as_short_ones_are()
    {
        System.Random random = new(99);
        for (int trial = 0; trial < 4; trial++)
        {
            KernelCase launch = KernelCases.RowGroups(random, longest: 5000);
            Assert.Null(KernelOracle.FirstDifference(launch.Expected(), Run(launch, 256, parts: 1), tolerance: 0));
        }
    }

    private static unsafe float[] Run(KernelCase launch, int vectorBits, int parts)
    {
        CpuKernel kernel = CpuCompiler.Compile(launch.Spec, vectorBits);
        SlotReach[] reaches = SlotReach.Of(launch.Spec);
        for (int slot = 0; slot < reaches.Length; slot++)
        {
            Assert.True(launch.Slots[slot] + reaches[slot].First >= 0);
            Assert.True(launch.Slots[slot] + reaches[slot].First + reaches[slot].Count <= launch.Arena.Length);
        }

        // The slack behind an arena may be read but must not matter: here it is NaN.
        float[] arena = [.. launch.Arena, .. Enumerable.Repeat(float.NaN, CpuArena.SlackFloats)];
        fixed (float* memory = arena)
        {
            fixed (long* slots = launch.Slots)
            {
                for (int part = 0; part < parts; part++)
                {
                    kernel.Run(memory, slots, part, parts);
                }
            }
        }

        Assert.All(arena[launch.Arena.Length..], value => Assert.Equal(float.NaN, value));
        return arena[..launch.Arena.Length];
    }
}
