using System.Reflection;
using System.Runtime.Intrinsics;

namespace FastDPMeta.Kernels.Emit;

/// <summary>A lane type of the CPU: how many floats it holds and which methods move it.</summary>
internal sealed class Lane
{
    private static readonly Lane Single = new(1, typeof(float), null);
    private static readonly Lane Quarter = new(4, typeof(Vector128<float>), typeof(LaneMemory128));
    private static readonly Lane Half = new(8, typeof(Vector256<float>), typeof(LaneMemory256));
    private static readonly Lane Full = new(16, typeof(Vector512<float>), typeof(LaneMemory512));

    private readonly Type? _memory;

    private Lane(int count, Type type, Type? memory)
    {
        Count = count;
        Type = type;
        _memory = memory;
    }

    /// <summary>Floats in a lane.</summary>
    public int Count { get; }

    /// <summary><c>float</c> or a vector of floats.</summary>
    public Type Type { get; }

    /// <summary>Whether it is a vector.</summary>
    public bool IsVector => _memory is not null;

    /// <summary>The lane of a vector width.</summary>
    /// <param name="vectorBits">512, 256, 128, 32 (plain floats), or 0 for the widest the hardware has.</param>
    /// <exception cref="ArgumentOutOfRangeException">Another width.</exception>
    public static Lane Of(int vectorBits) => vectorBits switch
    {
        0 => Vector512.IsHardwareAccelerated ? Full
            : Vector256.IsHardwareAccelerated ? Half
            : Vector128.IsHardwareAccelerated ? Quarter
            : Single,
        32 => Single,
        128 => Quarter,
        256 => Half,
        512 => Full,
        _ => throw new ArgumentOutOfRangeException(
            nameof(vectorBits), $"Lane: there are no vectors of {vectorBits} bits; use 512, 256, 128, 32, or 0 for the widest."),
    };

    /// <summary>A method of the width's <c>LaneMemory</c> class.</summary>
    /// <param name="name">Its name.</param>
    public MethodInfo Memory(string name) => _memory!.GetMethod(name)!;
}
