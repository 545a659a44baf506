namespace FastDPMeta.Privacy.Accounting;

/// <summary>Squared sensitivity of a lower triangular, banded Toeplitz matrix to a unit that takes part several times (Choquette-Choo et al. 2023, theorem 2 and algorithm 5).</summary>
internal static class ToeplitzSensitivity
{
    /// <summary>An upper bound; exact for one participation, and where participations lie at least as far apart as there are bands.</summary>
    /// <param name="column">First column of C.</param>
    /// <param name="steps">n: the matrix is cut to n × n.</param>
    /// <param name="participations">k ≥ 1.</param>
    /// <param name="separation">b ≥ 1.</param>
    public static double Squared(ReadOnlySpan<double> column, int steps, int participations, int separation)
    {
        double[] norms = Norms(column, steps);
        if (participations > 1 && separation < Math.Min(column.Length, steps))
        {
            // Σ_{i,j in a pattern} |CᵀC|_{ij} ≤ Σ_i (largest sum of a row over steps that can go with it).
            for (int i = 0; i < steps; i++)
            {
                norms[i] = Row(column, steps, i, participations, separation);
            }
        }

        return Largest(norms, participations, separation);
    }

    /// <summary>‖column i‖²: the last columns are cut off.</summary>
    private static double[] Norms(ReadOnlySpan<double> column, int steps)
    {
        double[] norms = new double[steps];
        double sum = 0;
        for (int length = 1; length <= steps; length++)
        {
            sum += length <= column.Length ? column[length - 1] * column[length - 1] : 0;
            norms[steps - length] = sum;
        }

        return norms;
    }

    /// <summary>|CᵀC|_{ii} and the |CᵀC|_{ij} of the steps that can share a pattern with i, at most k - 1 of them.</summary>
    private static double Row(ReadOnlySpan<double> column, int steps, int i, int participations, int separation)
    {
        double sum = Product(column, steps, i, i);
        List<double> others = [];
        for (int distance = separation; distance < column.Length; distance++)
        {
            if (i + distance < steps)
            {
                others.Add(Math.Abs(Product(column, steps, i, i + distance)));
            }

            if (i - distance >= 0)
            {
                others.Add(Math.Abs(Product(column, steps, i - distance, i)));
            }
        }

        others.Sort();
        for (int j = 0; j < Math.Min(participations - 1, others.Count); j++)
        {
            sum += others[^(j + 1)];
        }

        return sum;
    }

    private static double Product(ReadOnlySpan<double> column, int steps, int first, int second)
    {
        double sum = 0;
        for (int row = second; row < steps && row - first < column.Length; row++)
        {
            sum += column[row - first] * column[row - second];
        }

        return sum;
    }

    /// <summary>The largest sum of at most k values at places at least b apart: F(i, k) = max(x_i + F(i + b, k - 1), F(i + 1, k)).</summary>
    private static double Largest(double[] values, int participations, int separation)
    {
        int n = values.Length;
        int rounds = Math.Min(participations, ((n - 1) / separation) + 1);
        double[] before = new double[n + 1];
        for (int k = 0; k < rounds; k++)
        {
            double[] now = new double[n + 1];
            for (int i = n - 1; i >= 0; i--)
            {
                now[i] = Math.Max(now[i + 1], values[i] + (i + separation < n ? before[i + separation] : 0));
            }

            before = now;
        }

        return before[0];
    }
}
