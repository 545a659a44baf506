using FastDPMeta.Kernels.Memory;
using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Testing;

/// <content>Products, row look-ups and windows.</content>
public static partial class KernelCases
{
    /// <summary>A batch of products with row-major, column-major and padded operands, possibly shared along batch axes.</summary>
    /// <param name="random">Where the choices come from.</param>
    /// <param name="largest">Largest of M, N and K.</param>
    public static KernelCase MatMul(Random random, int largest = 40)
    {
        Layout layout = new(random);
        int[] batch = Extents(random, random.Next(3), 12);
        int m = random.Next(1, largest + 1);
        int n = random.Next(1, largest + 1);
        int k = random.Next(10) == 0 ? 0 : random.Next(1, largest + 1);
        MatrixStrides a = Matrix(random, layout, batch, m, k, random.Next(3) == 0, out long slotA);
        MatrixStrides b = Matrix(random, layout, batch, k, n, random.Next(3) == 0, out long slotB);
        MatrixStrides c = Matrix(random, layout, batch, m, n, broadcast: false, out long slotC);
        MatMulSpec spec = new(batch.ToEquatableArray(), m, n, k, a, b, c, random.Next(2) == 0);
        return new KernelCase(spec, layout.Fill(), [slotA, slotB, slotC]);
    }

    /// <summary>A batch of products whose factors are nests of loops, as the windows of an image are: strides overlap, repeat and run backwards.</summary>
    /// <param name="random">Where the choices come from.</param>
    /// <param name="largest">Most elements of M, N and K.</param>
    public static KernelCase MatMulOfParts(Random random, int largest = 60)
    {
        Layout layout = new(random);
        int[] batch = Extents(random, random.Next(2), 4);
        (int m, MatrixAxis rowsOfA) = Axis(random, largest);
        (int n, MatrixAxis columnsOfB) = Axis(random, largest);
        (int k, MatrixAxis columnsOfA) = Axis(random, largest);
        MatrixAxis rowsOfB = random.Next(2) == 0 ? Rearranged(random, columnsOfA, k) : random.Next(1, 4);
        MatrixStrides a = new([.. batch.Select(_ => random.Next(4))], rowsOfA, columnsOfA);
        MatrixStrides b = new([.. batch.Select(_ => random.Next(4))], rowsOfB, columnsOfB);
        MatrixStrides c = Matrix(random, layout, batch, m, n, broadcast: false, out long slotC);
        MatMulSpec spec = new(batch.ToEquatableArray(), m, n, k, a, b, c, random.Next(2) == 0);
        SlotReach[] reaches = SlotReach.Of(spec);
        long slotA = layout.Place((int)reaches[0].Count) - reaches[0].First;
        long slotB = layout.Place((int)reaches[1].Count) - reaches[1].First;
        return new KernelCase(spec, layout.Fill(), [slotA, slotB, slotC]);
    }

    private static (int Length, MatrixAxis Axis) Axis(Random random, int largest)
    {
        List<MatrixAxisPart> parts = [];
        int length = 1;
        for (int part = random.Next(1, MatrixAxis.MostParts + 1); part > 0; part--)
        {
            int extent = random.Next(1, Math.Max(2, Math.Min(9, (largest / length) + 1)));
            parts.Add(new MatrixAxisPart(extent, part == 1 && random.Next(2) == 0 ? 1 : random.Next(-2, 12)));
            length *= extent;
        }

        return (length, MatrixAxis.Of(parts));
    }

    private static MatrixAxis Rearranged(Random random, MatrixAxis axis, int length) =>
        MatrixAxis.Of(axis.Extents(length).Select(part => part with { Stride = random.Next(1, 9) }));

    /// <summary>Row look-ups; some indices lie outside the table.</summary>
    /// <param name="random">Where the choices come from.</param>
    public static KernelCase Gather(Random random)
    {
        Layout layout = new(random);
        int[] batch = Extents(random, random.Next(3), 12);
        int rows = random.Next(1, 20);
        int width = random.Next(1, 40);
        int count = random.Next(0, 20);
        EquatableArray<int> table = Rows(random, layout, batch, rows * width, random.Next(2) == 0, out long tableSlot);
        EquatableArray<int> index = Rows(random, layout, batch, count, random.Next(3) == 0, out long indexSlot);
        EquatableArray<int> output = Rows(random, layout, batch, count * width, false, out long outputSlot);
        KernelCase made = new(
            new GatherSpec(batch.ToEquatableArray(), rows, width, count, table, index, output), layout.Fill(), [tableSlot, indexSlot, outputSlot]);
        FillIndices(random, made.Arena, indexSlot, Reach(batch, index) + count, rows);
        return made;
    }

    /// <summary>Rows added where indices say, to zeros or to old values; indices repeat and some lie outside.</summary>
    /// <param name="random">Where the choices come from.</param>
    public static KernelCase ScatterAdd(Random random)
    {
        Layout layout = new(random);
        int[] batch = Extents(random, random.Next(3), 12);
        int rows = random.Next(1, 20);
        int width = random.Next(1, 40);
        int count = random.Next(0, 20);
        EquatableArray<int> index = Rows(random, layout, batch, count, random.Next(3) == 0, out long indexSlot);
        EquatableArray<int> updates = Rows(random, layout, batch, count * width, random.Next(3) == 0, out long updatesSlot);
        EquatableArray<int> output = Rows(random, layout, batch, rows * width, false, out long outputSlot);
        KernelCase made = new(
            new ScatterAddSpec(batch.ToEquatableArray(), rows, width, count, index, updates, output, random.Next(2) == 0),
            layout.Fill(),
            [indexSlot, updatesSlot, outputSlot]);
        FillIndices(random, made.Arena, indexSlot, Reach(batch, index) + count, rows);
        return made;
    }

    /// <summary>Places that name the same row; indices repeat, some lie outside and some are not numbers.</summary>
    /// <param name="random">Where the choices come from.</param>
    /// <param name="longest">Most indices of a batch element.</param>
    public static KernelCase RowGroups(Random random, int longest = 40)
    {
        Layout layout = new(random);
        int[] batch = Extents(random, random.Next(3), 12);
        int rows = random.Next(1, 2 * longest);
        int count = random.Next(0, longest);
        EquatableArray<int> index = Rows(random, layout, batch, count, random.Next(3) == 0, out long indexSlot);
        EquatableArray<int> output = Rows(random, layout, batch, count, false, out long outputSlot);
        KernelCase made = new(new RowGroupSpec(batch.ToEquatableArray(), rows, count, index, output), layout.Fill(), [indexSlot, outputSlot]);
        FillIndices(random, made.Arena, indexSlot, Reach(batch, index) + count, rows);
        for (int i = 0; i < Reach(batch, index) + count; i += 1 + random.Next(20))
        {
            made.Arena[indexSlot + i] = float.NaN;
        }

        return made;
    }

    /// <summary>Windows laid back and added, overlapping or not, possibly dilated.</summary>
    /// <param name="random">Where the choices come from.</param>
    public static KernelCase Fold(Random random)
    {
        Layout layout = new(random);
        int outer = random.Next(1, 5);
        int windows = random.Next(1, 12);
        int inner = random.Next(1, 20);
        int size = random.Next(1, 6);
        int step = random.Next(1, 4);
        int dilation = random.Next(1, 3);
        int length = ((windows - 1) * step) + ((size - 1) * dilation) + 1 + random.Next(3);
        long input = layout.Place(outer * windows * inner * size);
        long output = layout.Place(outer * length * inner);
        return new KernelCase(new FoldSpec(outer, windows, inner, size, step, dilation, length), layout.Fill(), [input, output]);
    }

    private static MatrixStrides Matrix(Random random, Layout layout, int[] batch, int rows, int columns, bool broadcast, out long slot)
    {
        bool columnMajor = random.Next(2) == 0;
        int padding = random.Next(3) == 0 ? random.Next(1, 5) : 0;
        int unit = random.Next(6) == 0 ? 2 : 1;
        int leading = (unit * (columnMajor ? rows : columns)) + padding;
        leading = Math.Max(1, leading);
        int elements = leading * Math.Max(1, columnMajor ? columns : rows);
        EquatableArray<int> strides = Rows(random, layout, batch, elements, broadcast, out slot);
        return columnMajor ? new MatrixStrides(strides, unit, leading) : new MatrixStrides(strides, leading, unit);
    }

    private static EquatableArray<int> Rows(Random random, Layout layout, int[] batch, int elements, bool broadcast, out long slot)
    {
        int[] strides = new int[batch.Length];
        int stride = Math.Max(1, elements) + random.Next(3);
        for (int axis = batch.Length - 1; axis >= 0; axis--)
        {
            bool repeated = broadcast && random.Next(2) == 0;
            strides[axis] = repeated ? 0 : stride;
            stride *= repeated ? 1 : Math.Max(1, batch[axis]);
        }

        slot = layout.Place(stride);
        return strides.ToEquatableArray();
    }

    private static int Reach(int[] batch, EquatableArray<int> strides)
    {
        int reach = 0;
        for (int axis = 0; axis < batch.Length; axis++)
        {
            reach += Math.Max(0, batch[axis] - 1) * strides[axis];
        }

        return reach;
    }

    private static void FillIndices(Random random, float[] arena, long slot, int count, int rows)
    {
        for (int i = 0; i < count; i++)
        {
            arena[slot + i] = random.Next(12) == 0 ? (random.Next(2) == 0 ? -1 : rows) : random.Next(rows) + (random.Next(4) == 0 ? 0.5f : 0f);
        }
    }
}
