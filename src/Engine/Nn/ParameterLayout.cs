using FastDPMeta.Engine.Ir;

namespace FastDPMeta.Engine.Nn;

/// <summary>
/// Where each parameter of a model lies in one contiguous vector: trainable ones first, then frozen ones, both in order of declaration, row-major,
/// without gaps. Optimizers, clipping and noise work on the trainable front of that vector; models on its parts.
/// </summary>
public sealed class ParameterLayout
{
    private readonly int[] _offsets;

    /// <summary>The layout of parameters in their order.</summary>
    /// <param name="parameters">The parameters.</param>
    public ParameterLayout(IReadOnlyList<ParameterSpec> parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        Parameters = parameters;
        _offsets = new int[parameters.Count];
        foreach (bool trainable in (bool[])[true, false])
        {
            for (int i = 0; i < _offsets.Length; i++)
            {
                if (parameters[i].Trainable == trainable)
                {
                    _offsets[i] = Count;
                    Count += parameters[i].Shape.Count;
                    TrainableCount += trainable ? parameters[i].Shape.Count : 0;
                }
            }
        }
    }

    /// <summary>The parameters, in order.</summary>
    public IReadOnlyList<ParameterSpec> Parameters { get; }

    /// <summary>Number of floats in the vector.</summary>
    public int Count { get; }

    /// <summary>Number of floats, from the first, that training changes.</summary>
    public int TrainableCount { get; }

    /// <summary>First element of each parameter.</summary>
    public IReadOnlyList<int> Offsets => _offsets;

    /// <summary>The parameters as slices of a vector in a trace.</summary>
    /// <param name="flat">[<see cref="Count"/>].</param>
    /// <returns>One tensor per parameter, with its shape.</returns>
    /// <exception cref="ShapeException">The vector has another length.</exception>
    public Tensor[] Split(Tensor flat)
    {
        Tensor[] parts = new Tensor[_offsets.Length];
        if (!flat.Shape.Equals(new Shape(Count)))
        {
            throw new ShapeException($"Split: the flat parameters must be [{Count}]; got {flat.Shape}.{SourceLocation.Capture()}");
        }

        for (int i = 0; i < parts.Length; i++)
        {
            parts[i] = flat.Slice(0, _offsets[i], Parameters[i].Shape.Count).Reshape(Parameters[i].Shape);
        }

        return parts;
    }

    /// <summary>The adjoint of <see cref="Split"/>: parts laid into one vector.</summary>
    /// <param name="parts">One tensor per parameter; at least one.</param>
    /// <returns>[<see cref="Count"/>].</returns>
    public Tensor Join(params ReadOnlySpan<Tensor> parts)
    {
        if (parts.Length != _offsets.Length || parts.Length == 0)
        {
            throw new ArgumentException($"Join: give the {_offsets.Length} parameters, at least one; got {parts.Length}.", nameof(parts));
        }

        Tensor[] flat = new Tensor[parts.Length];
        for (int i = 0; i < flat.Length; i++)
        {
            flat[i] = parts[i].Reshape(parts[i].Shape.Count);
        }

        Array.Sort((int[])_offsets.Clone(), flat);
        return Tensor.Concatenate(0, flat);
    }

    /// <summary>The part of a flat host vector that holds one parameter.</summary>
    /// <param name="flat"><see cref="Count"/> values.</param>
    /// <param name="index">Number of the parameter.</param>
    public Span<float> Part(Span<float> flat, int index) => flat.Slice(_offsets[index], Parameters[index].Shape.Count);
}
