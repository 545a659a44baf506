using FastDPMeta.Kernels;

namespace FastDPMeta.Engine.Compile;

/// <summary>A compiled computation with its own arena, called like a function.</summary>
public sealed class CompiledFunction : IDisposable
{
    private readonly ArenaBuffer[] _inputs;
    private readonly ArenaBuffer[] _outputs;
    private readonly Replay _replay;

    internal CompiledFunction(CompiledComputation computation, BoundArena arena, ArenaBuffer[] inputs, ArenaBuffer[] outputs)
    {
        Computation = computation;
        Arena = arena;
        _inputs = inputs;
        _outputs = outputs;
        _replay = arena.Replay(computation);
    }

    /// <summary>The kernels.</summary>
    public CompiledComputation Computation { get; }

    /// <summary>The memory.</summary>
    public BoundArena Arena { get; }

    /// <summary>Where the arguments lie.</summary>
    public IReadOnlyList<ArenaBuffer> Inputs => _inputs;

    /// <summary>Where the results lie.</summary>
    public IReadOnlyList<ArenaBuffer> Outputs => _outputs;

    /// <summary>Writes the arguments, runs over the whole device, reads the results. Allocates the results only.</summary>
    /// <param name="arguments">Row-major values of each argument.</param>
    /// <returns>Row-major values of each result.</returns>
    /// <exception cref="ArgumentException">The number of arguments or of values of one is wrong.</exception>
    public float[][] Run(params ReadOnlySpan<float[]> arguments)
    {
        if (arguments.Length != _inputs.Length)
        {
            throw new ArgumentException($"Run: the computation takes {_inputs.Length} arguments; got {arguments.Length}.", nameof(arguments));
        }

        for (int i = 0; i < arguments.Length; i++)
        {
            if (arguments[i].Length != _inputs[i].Count)
            {
                throw new ArgumentException($"Run: argument {i} has {_inputs[i].Count} numbers; got {arguments[i].Length}.", nameof(arguments));
            }

            Arena.Write(_inputs[i], arguments[i]);
        }

        _replay.RunWide();
        float[][] results = new float[_outputs.Length][];
        for (int i = 0; i < results.Length; i++)
        {
            results[i] = new float[_outputs[i].Count];
            Arena.Read(_outputs[i], results[i]);
        }

        return results;
    }

    /// <summary>Runs without copying anything: the arguments are what was written before. Does not allocate.</summary>
    /// <param name="lane">The lane.</param>
    public void Run(int lane) => _replay.Run(lane);

    /// <summary>Frees the arena; not the device.</summary>
    public void Dispose() => Arena.Dispose();
}
