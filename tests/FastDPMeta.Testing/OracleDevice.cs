using FastDPMeta.Kernels;
using FastDPMeta.Kernels.Memory;
using FastDPMeta.Kernels.Random;
using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Testing;

/// <summary>
/// A device that runs every launch through <see cref="KernelOracle"/>: programs can be checked apart from any backend. Slow; tiny shapes only.
/// It also checks what launches promise: outputs overlap no input except exactly in place, and everything lies inside the arena.
/// </summary>
public sealed class OracleDevice : Device
{
    public override DeviceInfo Info { get; } = new("oracle", DeviceKind.Debug, "definitions in double precision", 0);

    public override int Lanes => 1;

    public override Arena Allocate(ArenaLayout layout) => new OracleArena(layout);

    public override Replay Prepare(KernelProgram program, Arena arena) => new OracleReplay(program, (OracleArena)arena);

    public override void RunLanes(int lanes, Action<int> body)
    {
        for (int lane = 0; lane < lanes; lane++)
        {
            body(lane);
        }
    }

    protected override void Dispose(bool disposing)
    {
    }

    private sealed class OracleArena(ArenaLayout layout) : Arena(layout)
    {
        public float[] Floats { get; } = new float[layout.SharedFloats + (layout.LaneFloats * layout.Lanes)];

        public override void Write(Region region, int lane, long offset, ReadOnlySpan<float> values) =>
            values.CopyTo(Floats.AsSpan((int)Resolve(region, lane, offset, values.Length)));

        public override void Read(Region region, int lane, long offset, Span<float> values) =>
            Floats.AsSpan((int)Resolve(region, lane, offset, values.Length), values.Length).CopyTo(values);

        protected override void Dispose(bool disposing)
        {
        }
    }

    private sealed class OracleReplay(KernelProgram program, OracleArena arena) : Replay
    {
        public override long LaunchCount => Count(program.Instructions);

        public override int KernelCount => 0;

        public override void Run(int lane) => Run(program.Instructions, lane, []);

        public override void RunWide() => Run(0);

        private static long Count(EquatableArray<Instruction> instructions) =>
            instructions.Sum(instruction => instruction is Repeat repeat ? repeat.Count * Count(repeat.Body) : 1);

        private void Run(EquatableArray<Instruction> instructions, int lane, long[] iteration)
        {
            foreach (Instruction instruction in instructions)
            {
                if (instruction is Repeat repeat)
                {
                    for (int i = 0; i < repeat.Count; i++)
                    {
                        Run(repeat.Body, lane, [.. iteration, i]);
                    }
                }
                else if (instruction is Launch launch)
                {
                    Assert.Equal(launch.Spec.SlotCount, launch.Slots.Count);
                    Launch(launch, [.. launch.Slots.Select(slot => Address(slot, lane, iteration))]);
                }
            }
        }

        private long Address(Slot slot, int lane, long[] iteration)
        {
            long offset = slot.Offset;
            if (slot.Steps.Count > 0)
            {
                Assert.Equal(iteration.Length, slot.Steps.Count);
                offset += slot.Steps.Select((step, i) => step * iteration[i]).Sum();
            }

            Assert.InRange(offset, 0, slot.Region == Region.Shared ? arena.Layout.SharedFloats : arena.Layout.LaneFloats);
            return slot.Region == Region.Shared ? offset : arena.Layout.SharedFloats + (lane * arena.Layout.LaneFloats) + offset;
        }

        private void Launch(Launch launch, long[] slots)
        {
            if (launch.Spec is NoiseSpec noise)
            {
                Noise(noise, slots);
                return;
            }

            CheckOverlaps(launch.Spec, slots);
            if (launch.Spec is LoopSpec loop)
            {
                Loop(loop, slots);
                return;
            }

            double[] after = KernelOracle.Expected(launch.Spec, arena.Floats, slots);
            for (int i = 0; i < after.Length; i++)
            {
                // Only what changed is rounded: bits of keys must stay.
                if (!after[i].Equals(arena.Floats[i]))
                {
                    arena.Floats[i] = (float)after[i];
                }
            }
        }

        /// <summary>In single precision, as registers are: a value compared with what was stored of it must be the same.</summary>
        private void Loop(LoopSpec spec, long[] slots)
        {
            long[][] offsets = [.. spec.Inputs.Concat(spec.Outputs).Select(strides => Offsets(spec.Extents, strides).ToArray())];
            float[] values = new float[spec.Program.Steps.Count];
            for (int element = 0; element < offsets[^1].Length; element++)
            {
                for (int i = 0; i < values.Length; i++)
                {
                    ScalarStep step = spec.Program.Steps[i];
                    values[i] = step.Kind switch
                    {
                        ScalarStepKind.Input => arena.Floats[slots[step.A] + offsets[step.A][element]],
                        ScalarStepKind.Constant => step.Value,
                        _ => step.Op!.At(values[step.A], step.B < 0 ? 0 : values[step.B], step.C < 0 ? 0 : values[step.C]),
                    };
                }

                for (int output = 0; output < spec.Outputs.Count; output++)
                {
                    int slot = spec.Inputs.Count + output;
                    arena.Floats[slots[slot] + offsets[slot][element]] = values[spec.Program.Results[output]];
                }
            }
        }

        private static void CheckOverlaps(KernelSpec spec, long[] slots)
        {
            if (spec is not LoopSpec loop)
            {
                return;
            }

            for (int output = 0; output < loop.Outputs.Count; output++)
            {
                HashSet<long> written = [.. Offsets(loop.Extents, loop.Outputs[output]).Select(offset => slots[loop.Inputs.Count + output] + offset)];
                for (int input = 0; input < loop.Inputs.Count; input++)
                {
                    bool inPlace = slots[input] == slots[loop.Inputs.Count + output] && loop.Inputs[input] == loop.Outputs[output];
                    Assert.True(inPlace || !Offsets(loop.Extents, loop.Inputs[input]).Any(offset => written.Contains(slots[input] + offset)), $"{spec} overlaps.");
                }
            }
        }

        private static IEnumerable<long> Offsets(EquatableArray<int> extents, EquatableArray<int> strides)
        {
            IEnumerable<long> offsets = [0];
            for (int axis = 0; axis < extents.Count; axis++)
            {
                int which = axis;
                offsets = offsets.SelectMany(offset => Enumerable.Range(0, extents[which]).Select(i => offset + ((long)i * strides[which])));
            }

            return offsets;
        }

        private void Noise(NoiseSpec spec, long[] slots)
        {
            long[] keys = [.. Offsets(spec.Batch, spec.KeyBatch)];
            long[] outputs = [.. Offsets(spec.Batch, spec.OutputBatch)];
            for (int batch = 0; batch < keys.Length; batch++)
            {
                uint[] key = [.. Enumerable.Range(0, NoiseSpec.KeyWords).Select(i => BitConverter.SingleToUInt32Bits(arena.Floats[slots[0] + keys[batch] + i]))];
                ChaChaBlock state = NoiseLayout.State(key[0], key[1], key[2], key[3], key[4], key[5], key[6], key[7], spec.Stream, key[8], key[9]);
                for (int i = 0; i < spec.Count; i++)
                {
                    arena.Floats[slots[1] + outputs[batch] + i] = NoiseLayout.NormalAt(state, i);
                }
            }
        }
    }

    private static class Assert
    {
        public static void True(bool condition, string message)
        {
            if (!condition)
            {
                throw new InvalidOperationException(message);
            }
        }

        public static void Equal(int expected, int actual) => True(expected == actual, $"Expected {expected} slots or steps; got {actual}.");

        public static void InRange(long value, long low, long high) => True(value >= low && value <= high, $"Address {value} leaves {low}..{high}.");
    }
}
