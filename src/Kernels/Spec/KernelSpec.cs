namespace FastDPMeta.Kernels.Spec;

/// <summary>
/// What one kernel computes: extents, strides and scalar program, but no addresses. Specs compare by value, so equal
/// specs share one compiled kernel (K inner steps, twin layers). Addresses come with each <see cref="Launch"/> as slots:
/// first the inputs, then the outputs, in the order the spec lists them.
/// </summary>
/// <remarks>
/// Strides count float elements, may be 0 (broadcast) and are never negative for outputs. Inputs and outputs of one
/// launch do not overlap, except where an output has the very slot and strides of an input (an in-place map).
/// Every result is a fixed function of its inputs on one device: sums have a fixed order, there are no floating-point atomics.
/// </remarks>
public abstract record KernelSpec
{
    /// <summary>How many slots a launch must bring: inputs, then outputs.</summary>
    public abstract int SlotCount { get; }

    /// <summary>Floating-point operations of one launch, counting a multiply-add as two; for reports and cost rules.</summary>
    public abstract long Flops { get; }

    /// <summary>Bytes read and written by one launch if nothing is cached; for reports and cost rules.</summary>
    public abstract long Bytes { get; }

    /// <summary>A short name for listings, as <c>matmul</c> or <c>loop</c>.</summary>
    public abstract string Kind { get; }

    private protected static long Product(EquatableArray<int> extents)
    {
        long product = 1;
        foreach (int extent in extents.Span)
        {
            product *= extent;
        }

        return product;
    }
}
