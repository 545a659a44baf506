using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Kernels.Memory;

/// <summary>The elements of one slot that a kernel may touch, counted from the slot's offset.</summary>
/// <param name="First">Lowest element, at most 0 when an input runs backwards.</param>
/// <param name="Count">Elements from the lowest to the highest, 0 when nothing is touched.</param>
internal readonly record struct SlotReach(long First, long Count)
{
    /// <summary>
    /// The reach of every slot of a spec, after checking that the spec is sound: extents at least 0, a stride for every axis, outputs
    /// that never run backwards. Kernels are unsafe code that trusts these numbers.
    /// </summary>
    /// <param name="spec">The spec.</param>
    /// <exception cref="ArgumentException">The spec is unsound; the message says how.</exception>
    public static SlotReach[] Of(KernelSpec spec) => spec switch
    {
        LoopSpec loop => OfLoop(loop),
        ReduceSpec reduce => OfReduce(reduce),
        MatMulSpec matMul => OfMatMul(matMul),
        NoiseSpec noise => OfNoise(noise),
        GatherSpec gather => OfGather(gather),
        ScatterAddSpec scatter => OfScatterAdd(scatter),
        RowGroupSpec groups => OfRowGroups(groups),
        FoldSpec fold => OfFold(fold),
        _ => throw new ArgumentException($"{spec.Kind}: this kind of spec is not known to the devices.", nameof(spec)),
    };

    private static SlotReach[] OfLoop(LoopSpec spec)
    {
        List<SlotReach> reaches = [];
        foreach (EquatableArray<int> strides in spec.Inputs)
        {
            reaches.Add(Walk(spec).Axes(spec.Extents, strides).Reach);
        }

        foreach (EquatableArray<int> strides in spec.Outputs)
        {
            reaches.Add(Walk(spec).Axes(spec.Extents, strides).Output);
        }

        return [.. reaches];
    }

    private static SlotReach[] OfReduce(ReduceSpec spec)
    {
        int[] extents = [.. spec.Kept, .. spec.Reduced];
        List<SlotReach> reaches = [];
        foreach (EquatableArray<int> strides in spec.Inputs)
        {
            reaches.Add(Walk(spec).Axes(extents.ToEquatableArray(), strides).Reach);
        }

        reaches.Add(Walk(spec).Axes(spec.Kept, spec.Output).Output);
        return [.. reaches];
    }

    private static SlotReach[] OfMatMul(MatMulSpec spec)
    {
        if (!spec.C.Row.IsSimple || !spec.C.Column.IsSimple)
        {
            throw new ArgumentException($"matmul: the axes of the result must have one stride each; got {spec}.", nameof(spec));
        }

        return
        [
            Walk(spec).Axes(spec.Batch, spec.A.Batch).Axis(spec.M, spec.A.Row).Axis(spec.K, spec.A.Column).Reach,
            Walk(spec).Axes(spec.Batch, spec.B.Batch).Axis(spec.K, spec.B.Row).Axis(spec.N, spec.B.Column).Reach,
            Walk(spec).Axes(spec.Batch, spec.C.Batch).Axis(spec.M, spec.C.Row).Axis(spec.N, spec.C.Column).Output,
        ];
    }

    private static SlotReach[] OfNoise(NoiseSpec spec) =>
    [
        Walk(spec).Axes(spec.Batch, spec.KeyBatch).Axis(NoiseSpec.KeyWords, 1).Reach,
        Walk(spec).Axes(spec.Batch, spec.OutputBatch).Axis(spec.Count, 1).Output,
    ];

    private static SlotReach[] OfGather(GatherSpec spec) =>
    [
        Walk(spec).Axes(spec.Batch, spec.TableBatch).Axis(spec.Rows, spec.Width).Axis(spec.Width, 1).Reach,
        Walk(spec).Axes(spec.Batch, spec.IndexBatch).Axis(spec.Count, 1).Reach,
        Walk(spec).Axes(spec.Batch, spec.OutputBatch).Axis(spec.Count, spec.Width).Axis(spec.Width, 1).Output,
    ];

    private static SlotReach[] OfScatterAdd(ScatterAddSpec spec) =>
    [
        Walk(spec).Axes(spec.Batch, spec.IndexBatch).Axis(spec.Count, 1).Reach,
        Walk(spec).Axes(spec.Batch, spec.UpdatesBatch).Axis(spec.Count, spec.Width).Axis(spec.Width, 1).Reach,
        Walk(spec).Axes(spec.Batch, spec.OutputBatch).Axis(spec.Rows, spec.Width).Axis(spec.Width, 1).Output,
    ];

    private static SlotReach[] OfRowGroups(RowGroupSpec spec) =>
    [
        Walk(spec).Axes(spec.Batch, spec.IndexBatch).Axis(spec.Count, 1).Reach,
        Walk(spec).Axes(spec.Batch, spec.OutputBatch).Axis(spec.Count, 1).Output,
    ];

    private static SlotReach[] OfFold(FoldSpec spec)
    {
        long covered = ((spec.Windows - 1L) * spec.Step) + ((spec.Size - 1L) * spec.Dilation) + 1;
        if (spec.Step < 1 || spec.Dilation < 1 || (spec.Windows > 0 && spec.Size > 0 && covered > spec.Length))
        {
            throw new ArgumentException($"fold: step and dilation must be at least 1 and the windows must lie inside the length; got {spec}.", nameof(spec));
        }

        SlotWalk input = Walk(spec).Axis(spec.Outer, 0).Axis(spec.Windows, 0).Axis(spec.Inner, 0).Axis(spec.Size, 0);
        SlotWalk output = Walk(spec).Axis(spec.Outer, 0).Axis(spec.Length, 0).Axis(spec.Inner, 0);
        return
        [
            new SlotReach(0, input.IsEmpty ? 0 : checked((long)spec.Outer * spec.Windows * spec.Inner * spec.Size)),
            new SlotReach(0, output.IsEmpty ? 0 : checked((long)spec.Outer * spec.Length * spec.Inner)),
        ];
    }

    private static SlotWalk Walk(KernelSpec spec) => new(spec, 0, 0, IsEmpty: false, Backwards: false);

    /// <summary>A box of strided axes, grown axis by axis.</summary>
    private readonly record struct SlotWalk(KernelSpec Spec, long Lowest, long Highest, bool IsEmpty, bool Backwards)
    {
        public SlotReach Reach => IsEmpty ? default : new SlotReach(Lowest, Highest - Lowest + 1);

        public SlotReach Output => !Backwards
            ? Reach
            : throw new ArgumentException($"{Spec.Kind}: an output has a negative stride, which is not allowed; the spec is {Spec}.", nameof(Spec));

        public SlotWalk Axes(EquatableArray<int> extents, EquatableArray<int> strides)
        {
            if (extents.Count != strides.Count)
            {
                throw new ArgumentException(
                    $"{Spec.Kind}: an operand has {strides.Count} strides for {extents.Count} axes; the spec is {Spec}.", nameof(strides));
            }

            SlotWalk walk = this;
            for (int axis = 0; axis < extents.Count; axis++)
            {
                walk = walk.Axis(extents[axis], strides[axis]);
            }

            return walk;
        }

        public SlotWalk Axis(int extent, MatrixAxis axis)
        {
            int inner = 1;
            foreach (MatrixAxisPart part in axis.Parts.Skip(1))
            {
                inner = part.Extent > 0 ? checked(inner * part.Extent) : 0;
            }

            if (axis.Parts.Count is < 1 or > MatrixAxis.MostParts || inner < 1 || (extent > 0 && extent % inner != 0))
            {
                throw new ArgumentException(
                    $"{Spec.Kind}: an axis of {extent} elements must have 1 to {MatrixAxis.MostParts} parts whose extents divide it; the spec is {Spec}.", nameof(axis));
            }

            SlotWalk walk = this;
            foreach (MatrixAxisPart part in extent < 1 ? [new MatrixAxisPart(extent, axis.Stride)] : axis.Extents(extent))
            {
                walk = walk.Axis(part.Extent, part.Stride);
            }

            return walk;
        }

        public SlotWalk Axis(int extent, int stride)
        {
            if (extent < 0)
            {
                throw new ArgumentException($"{Spec.Kind}: an extent is {extent}; extents are at least 0. The spec is {Spec}.", nameof(extent));
            }

            long far = checked(stride * (extent - 1L));
            return this with
            {
                Lowest = checked(Lowest + Math.Min(0, far)),
                Highest = checked(Highest + Math.Max(0, far)),
                IsEmpty = IsEmpty || extent == 0,
                Backwards = Backwards || (stride < 0 && extent > 1),
            };
        }
    }
}
