using FastDPMeta.Engine.Compile;
using FastDPMeta.Kernels;

namespace FastDPMeta.Privacy.Training;

/// <summary>How many lanes share a lot, and how many units each computes at once.</summary>
internal static class StepSize
{
    /// <summary>
    /// Least work of a lane, in estimated nanoseconds. Waking a second worker and waiting for it takes some microseconds, and much longer on a busy
    /// machine; the estimate counts all traffic as if nothing were cached, for small steps about three times too much.
    /// </summary>
    private const double LaneNanoseconds = 150_000;

    // Rough speeds of one core, used for that decision only.
    private const double FlopsPerNanosecond = 32;
    private const double BytesPerNanosecond = 8;

    /// <summary>The step with lanes and chunks that suit the expected lot and the device.</summary>
    /// <param name="one">The step, of any chunk.</param>
    /// <param name="device">Where it runs.</param>
    /// <param name="largest">Largest chunk of use.</param>
    public static StepSpec Of(StepSpec one, Device device, int largest)
    {
        one = one.TrainableFirst();
        int lot = Math.Max(1, one.Plan.ExpectedLot);
        Dictionary<int, (CompiledComputation Accumulation, long Floats)> measured = [];
        (CompiledComputation Accumulation, long Floats) Measure(int units)
        {
            if (!measured.TryGetValue(units, out (CompiledComputation, long) figures))
            {
                measured[units] = figures = StepPrograms.Measure(one with { Chunk = units });
            }

            return figures;
        }

        double Nanoseconds(int units) =>
            (Measure(units).Accumulation.Flops / FlopsPerNanosecond) + (Measure(units).Accumulation.Bytes / BytesPerNanosecond);

        int lanes = device.Lanes;
        if (lanes > 1 && device.Info.Kind == DeviceKind.Cpu)
        {
            double work = lot * (Nanoseconds(ChunkChoice.Large) - Nanoseconds(ChunkChoice.Small)) / (ChunkChoice.Large - ChunkChoice.Small);
            lanes = (int)Math.Clamp(work / LaneNanoseconds, 1, lanes);
        }

        return one with { Chunk = ChunkChoice.Of(device, lot, largest, units => Measure(units).Floats), Lanes = lanes };
    }
}
