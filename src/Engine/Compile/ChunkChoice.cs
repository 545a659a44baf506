using FastDPMeta.Kernels;

namespace FastDPMeta.Engine.Compile;

/// <summary>
/// How many units a lane computes at once. On a CPU more units mean longer loops until what they touch leaves the core's own cache; from
/// there on every kernel waits for memory. Devices that run one wide lane get all they can.
/// </summary>
internal static class ChunkChoice
{
    // The level-2 cache of today's cores: 1 to 2 MiB.
    private const long NearBytes = 2 * 1024 * 1024;

    /// <summary>The two sizes that are measured; at one unit the compiler drops the axis, and memory is not typical.</summary>
    public const int Small = 2, Large = 4;

    // A unit that alone touches more than this has no use for company: its loops are long, and all that grows is memory.
    private const long FarBytes = 4 * NearBytes;

    // Chunks that touch less than this are not worth their launches.
    private const long LeastBytes = 128 * 1024;

    /// <summary>
    /// Units to compute at once in a lot: a function of lot and computation alone, never of the number of lanes, since sums over other chunks have other bits.
    /// Small lots fall into four chunks, large ones into sixteen or more, so that lanes have something to share; units are spread over chunks evenly. What a lane
    /// needs however many units it computes, as its gradient sum, does not count: it is passed through once a chunk, so larger chunks pass it less often. Units far larger than a cache are
    /// computed one by one.
    /// </summary>
    /// <param name="device">Where they run.</param>
    /// <param name="lot">Units in a lot on average, at least 1.</param>
    /// <param name="largest">More than this make nothing faster.</param>
    /// <param name="floats">Floats of a lane that computes so many units; asked for only where the device has near caches to fill.</param>
    public static int Of(Device device, int lot, int largest, Func<int, long> floats)
    {
        int most = Math.Clamp(lot, 1, largest);
        if (device.Info.Kind != DeviceKind.Cpu || most == 1)
        {
            return most;
        }

        const int Few = 4, Many = 16;
        int share = Math.Max((lot + Many - 1) / Many, Math.Min((lot + Few - 1) / Few, Many));
        long bytes = sizeof(float) * Math.Max(1, (floats(Large) - floats(Small)) / (Large - Small));
        if (bytes > FarBytes)
        {
            return 1;
        }

        int wanted = (int)Math.Max(Math.Min(share, Math.Max(Few, NearBytes / bytes)), LeastBytes / bytes);
        int chunks = (lot + Math.Clamp(wanted, 1, most) - 1) / Math.Clamp(wanted, 1, most);
        return (lot + chunks - 1) / chunks;
    }
}
