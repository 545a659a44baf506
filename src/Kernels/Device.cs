using FastDPMeta.Kernels.Memory;
using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Kernels;

/// <summary>
/// Something that runs kernels: the processor's SIMD units, or a GPU through ILGPU. All devices compute the same specs; each gives
/// the same bits for the same work every time. Not thread-safe except where said.
/// </summary>
public abstract class Device : IDisposable
{
    /// <summary>What this device is.</summary>
    public abstract DeviceInfo Info { get; }

    /// <summary>How many lanes run side by side: worker threads on the CPU, 1 on a GPU.</summary>
    public abstract int Lanes { get; }

    /// <summary>Why this device was chosen, one sentence, for people.</summary>
    public string Choice { get; internal set; } = "asked for by name";

    /// <summary>The devices of this machine, the preferred first. Missing drivers are no error: their devices are not in the list.</summary>
    /// <param name="options">How the devices would be opened; null for the defaults.</param>
    /// <exception cref="DeviceException">An option has an impossible value.</exception>
    public static IReadOnlyList<DeviceInfo> All(DeviceOptions? options = null)
    {
        DeviceOptions checkedOptions = Checked(options);
        return [.. DeviceSource.All.SelectMany(source => source.List(checkedOptions))];
    }

    /// <summary>Opens a device by name.</summary>
    /// <param name="name">A name of <see cref="All"/>, in any case: <c>cpu</c>, <c>cuda:0</c> (or <c>cuda</c>), <c>opencl:0</c>, <c>debug</c>.</param>
    /// <param name="options">How to open it; null for the defaults.</param>
    /// <exception cref="DeviceException">There is no such device, it can't be opened, or an option has an impossible value.</exception>
    public static Device Open(string name, DeviceOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        DeviceOptions checkedOptions = Checked(options);
#pragma warning disable CA1308 // Device names are lower case by definition; nothing is compared for security.
        string plain = name.Trim().ToLowerInvariant();
#pragma warning restore CA1308
        DeviceSource? owner = DeviceSource.All.FirstOrDefault(source => source.Owns(plain));
        return owner?.Open(plain, checkedOptions)
            ?? throw new DeviceException(
                $"Device '{name}' is not known. The devices of this machine are: {string.Join(", ", All(checkedOptions).Select(info => info.Name))}.");
    }

    /// <summary>
    /// Opens the fastest device: CUDA, else an OpenCL GPU, else the processor (an OpenCL driver for the processor is slower than our own
    /// SIMD kernels). <see cref="Choice"/> says why.
    /// </summary>
    /// <param name="options">How to open it; null for the defaults.</param>
    /// <exception cref="DeviceException">An option has an impossible value.</exception>
    public static Device Best(DeviceOptions? options = null)
    {
        DeviceOptions checkedOptions = Checked(options);
        List<string> passedOver = [];
        foreach (DeviceSource source in DeviceSource.All)
        {
            IReadOnlyList<DeviceInfo> candidates = source.Preferred(checkedOptions);
            if (candidates.Count == 0)
            {
                passedOver.Add($"no {source.Family} device was found");
            }

            foreach (DeviceInfo candidate in candidates)
            {
                try
                {
                    Device device = source.Open(candidate.Name, checkedOptions);
                    string reason = passedOver.Count == 0 ? "it is the first choice" : string.Join("; ", passedOver);
                    device.Choice = $"{candidate.Name} ({device.Info.Description}): {reason}";
                    return device;
                }
                catch (DeviceException exception)
                {
                    passedOver.Add($"{candidate.Name} could not be opened ({exception.Message})");
                }
            }
        }

        throw new DeviceException($"No device could be opened: {string.Join("; ", passedOver)}.");
    }

    /// <summary>Allocates an arena, all zero.</summary>
    /// <param name="layout">Its sizes.</param>
    /// <exception cref="DeviceException">There is not enough memory; the message says how much was asked for.</exception>
    public abstract Arena Allocate(ArenaLayout layout);

    /// <summary>Compiles the kernels of <paramref name="program"/> (each distinct spec once) and resolves its slots.</summary>
    /// <param name="program">What to run.</param>
    /// <param name="arena">The memory to run it in; made by this device.</param>
    public abstract Replay Prepare(KernelProgram program, Arena arena);

    /// <summary>
    /// Calls <paramref name="body"/> once for each lane 0 .. <paramref name="lanes"/> - 1, lane i always on worker i % <see cref="Lanes"/>,
    /// and returns when all are done; the first exception is rethrown. Does not allocate.
    /// </summary>
    /// <param name="lanes">How many lanes.</param>
    /// <param name="body">What to do; called from several threads at once on the CPU.</param>
    public abstract void RunLanes(int lanes, Action<int> body);

    /// <summary>Frees the device: worker threads, driver contexts.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees the device: worker threads, driver contexts.</summary>
    /// <param name="disposing">False when called by a finalizer.</param>
    protected abstract void Dispose(bool disposing);

    private static DeviceOptions Checked(DeviceOptions? options)
    {
        DeviceOptions result = options ?? new DeviceOptions();
        result.Validate();
        return result;
    }
}
