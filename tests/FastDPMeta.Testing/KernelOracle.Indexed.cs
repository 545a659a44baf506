using FastDPMeta.Kernels.Spec;

namespace FastDPMeta.Testing;

/// <content>Products, row look-ups and windows.</content>
public static partial class KernelOracle
{
    private static void MatMul(MatMulSpec spec, double[] before, double[] after, ReadOnlySpan<long> slots)
    {
        foreach (int[] batch in Indices(spec.Batch))
        {
            long a = slots[0] + Offset(batch, spec.A.Batch);
            long b = slots[1] + Offset(batch, spec.B.Batch);
            long c = slots[2] + Offset(batch, spec.C.Batch);
            for (int m = 0; m < spec.M; m++)
            {
                for (int n = 0; n < spec.N; n++)
                {
                    long element = c + spec.C.Row.Offset(m) + spec.C.Column.Offset(n);
                    double sum = spec.Accumulate ? before[element] : 0;
                    for (int k = 0; k < spec.K; k++)
                    {
                        sum += before[a + spec.A.Row.Offset(m) + spec.A.Column.Offset(k)] * before[b + spec.B.Row.Offset(k) + spec.B.Column.Offset(n)];
                    }

                    after[element] = sum;
                }
            }
        }
    }

    private static void Gather(GatherSpec spec, double[] before, double[] after, ReadOnlySpan<long> slots)
    {
        foreach (int[] batch in Indices(spec.Batch))
        {
            long table = slots[0] + Offset(batch, spec.TableBatch);
            long index = slots[1] + Offset(batch, spec.IndexBatch);
            long output = slots[2] + Offset(batch, spec.OutputBatch);
            for (int n = 0; n < spec.Count; n++)
            {
                double row = before[index + n];
                for (int column = 0; column < spec.Width; column++)
                {
                    after[output + ((long)n * spec.Width) + column] =
                        row >= 0 && row < spec.Rows ? before[table + ((long)row * spec.Width) + column] : double.NaN;
                }
            }
        }
    }

    private static void ScatterAdd(ScatterAddSpec spec, double[] before, double[] after, ReadOnlySpan<long> slots)
    {
        foreach (int[] batch in Indices(spec.Batch))
        {
            long index = slots[0] + Offset(batch, spec.IndexBatch);
            long updates = slots[1] + Offset(batch, spec.UpdatesBatch);
            long output = slots[2] + Offset(batch, spec.OutputBatch);
            if (!spec.Accumulate)
            {
                Array.Clear(after, (int)output, spec.Rows * spec.Width);
            }

            for (int n = 0; n < spec.Count; n++)
            {
                double row = before[index + n];
                for (int column = 0; column < spec.Width && row >= 0 && row < spec.Rows; column++)
                {
                    after[output + ((long)row * spec.Width) + column] += before[updates + ((long)n * spec.Width) + column];
                }
            }
        }
    }

    private static void RowGroups(RowGroupSpec spec, double[] before, double[] after, ReadOnlySpan<long> slots)
    {
        int RowOf(double number) => number >= 0 && number < spec.Rows ? (int)number : -1;
        foreach (int[] batch in Indices(spec.Batch))
        {
            long index = slots[0] + Offset(batch, spec.IndexBatch);
            long output = slots[1] + Offset(batch, spec.OutputBatch);
            for (int n = 0; n < spec.Count; n++)
            {
                int row = RowOf(before[index + n]);
                after[output + n] = row < 0 ? -1 : Enumerable.Range(0, spec.Count).Last(m => RowOf(before[index + m]) == row);
            }
        }
    }

    private static void Fold(FoldSpec spec, double[] before, double[] after, ReadOnlySpan<long> slots)
    {
        Array.Clear(after, (int)slots[1], spec.Outer * spec.Length * spec.Inner);
        for (int outer = 0; outer < spec.Outer; outer++)
        {
            for (int window = 0; window < spec.Windows; window++)
            {
                for (int inner = 0; inner < spec.Inner; inner++)
                {
                    for (int k = 0; k < spec.Size; k++)
                    {
                        int position = (window * spec.Step) + (k * spec.Dilation);
                        long from = slots[0] + ((((((long)outer * spec.Windows) + window) * spec.Inner) + inner) * spec.Size) + k;
                        after[slots[1] + ((((long)outer * spec.Length) + position) * spec.Inner) + inner] += before[from];
                    }
                }
            }
        }
    }
}
