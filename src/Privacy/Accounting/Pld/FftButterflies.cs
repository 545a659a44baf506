using System.Numerics;

namespace FastDPMeta.Privacy.Accounting.Pld;

/// <summary>
/// Transforms of 2 to 5 numbers, as passes of <see cref="RealFft"/>: input j of lane q lies at from + q + gap·j, output k at to + q + stride·k, times the k-th factor w. Lanes are
/// whole vectors; <see cref="Any"/> is the scalar form.
/// </summary>
internal static class FftButterflies
{
    private static readonly double Sin3 = Math.Sqrt(3) / 2;
    private static readonly double Cos5 = (Math.Sqrt(5) - 1) / 4;
    private static readonly double Cos5Twice = (-Math.Sqrt(5) - 1) / 4;
    private static readonly double Sin5 = Math.Sin(2 * Math.PI / 5);
    private static readonly double Sin5Twice = Math.Sin(Math.PI / 5);

    public static void Two(double[] xr, double[] xi, double[] yr, double[] yi, int from, int gap, int to, int stride, ReadOnlySpan<double> wr, ReadOnlySpan<double> wi)
    {
        Vector<double> w1r = new(wr[0]);
        Vector<double> w1i = new(wi[0]);
        for (int q = 0; q < stride; q += Vector<double>.Count)
        {
            Vector<double> ar = new(xr, from + q);
            Vector<double> ai = new(xi, from + q);
            Vector<double> br = new(xr, from + q + gap);
            Vector<double> bi = new(xi, from + q + gap);
            (ar + br).CopyTo(yr, to + q);
            (ai + bi).CopyTo(yi, to + q);
            Store(ar - br, ai - bi, w1r, w1i, yr, yi, to + q + stride);
        }
    }

    public static void Three(double[] xr, double[] xi, double[] yr, double[] yi, int from, int gap, int to, int stride, ReadOnlySpan<double> wr, ReadOnlySpan<double> wi)
    {
        Vector<double> w1r = new(wr[0]);
        Vector<double> w1i = new(wi[0]);
        Vector<double> w2r = new(wr[1]);
        Vector<double> w2i = new(wi[1]);
        Vector<double> half = new(0.5);
        Vector<double> sin = new(Sin3);
        for (int q = 0; q < stride; q += Vector<double>.Count)
        {
            Vector<double> ar = new(xr, from + q);
            Vector<double> ai = new(xi, from + q);
            Vector<double> br = new(xr, from + q + gap);
            Vector<double> bi = new(xi, from + q + gap);
            Vector<double> cr = new(xr, from + q + (2 * gap));
            Vector<double> ci = new(xi, from + q + (2 * gap));
            Vector<double> sr = br + cr;
            Vector<double> si = bi + ci;
            Vector<double> dr = sin * (br - cr);
            Vector<double> di = sin * (bi - ci);
            Vector<double> mr = ar - (half * sr);
            Vector<double> mi = ai - (half * si);
            (ar + sr).CopyTo(yr, to + q);
            (ai + si).CopyTo(yi, to + q);
            Store(mr + di, mi - dr, w1r, w1i, yr, yi, to + q + stride);
            Store(mr - di, mi + dr, w2r, w2i, yr, yi, to + q + (2 * stride));
        }
    }

    public static void Four(double[] xr, double[] xi, double[] yr, double[] yi, int from, int gap, int to, int stride, ReadOnlySpan<double> wr, ReadOnlySpan<double> wi)
    {
        Vector<double> w1r = new(wr[0]);
        Vector<double> w1i = new(wi[0]);
        Vector<double> w2r = new(wr[1]);
        Vector<double> w2i = new(wi[1]);
        Vector<double> w3r = new(wr[2]);
        Vector<double> w3i = new(wi[2]);
        for (int q = 0; q < stride; q += Vector<double>.Count)
        {
            Vector<double> ar = new(xr, from + q);
            Vector<double> ai = new(xi, from + q);
            Vector<double> br = new(xr, from + q + gap);
            Vector<double> bi = new(xi, from + q + gap);
            Vector<double> cr = new(xr, from + q + (2 * gap));
            Vector<double> ci = new(xi, from + q + (2 * gap));
            Vector<double> dr = new(xr, from + q + (3 * gap));
            Vector<double> di = new(xi, from + q + (3 * gap));
            Vector<double> sr = ar + cr;
            Vector<double> si = ai + ci;
            Vector<double> tr = ar - cr;
            Vector<double> ti = ai - ci;
            Vector<double> ur = br + dr;
            Vector<double> ui = bi + di;
            Vector<double> vr = br - dr;
            Vector<double> vi = bi - di;
            (sr + ur).CopyTo(yr, to + q);
            (si + ui).CopyTo(yi, to + q);
            Store(tr + vi, ti - vr, w1r, w1i, yr, yi, to + q + stride);
            Store(sr - ur, si - ui, w2r, w2i, yr, yi, to + q + (2 * stride));
            Store(tr - vi, ti + vr, w3r, w3i, yr, yi, to + q + (3 * stride));
        }
    }

    public static void Five(double[] xr, double[] xi, double[] yr, double[] yi, int from, int gap, int to, int stride, ReadOnlySpan<double> wr, ReadOnlySpan<double> wi)
    {
        Vector<double> c1 = new(Cos5);
        Vector<double> c2 = new(Cos5Twice);
        Vector<double> s1 = new(Sin5);
        Vector<double> s2 = new(Sin5Twice);
        for (int q = 0; q < stride; q += Vector<double>.Count)
        {
            Vector<double> ar = new(xr, from + q);
            Vector<double> ai = new(xi, from + q);
            Vector<double> br = new(xr, from + q + gap);
            Vector<double> bi = new(xi, from + q + gap);
            Vector<double> cr = new(xr, from + q + (2 * gap));
            Vector<double> ci = new(xi, from + q + (2 * gap));
            Vector<double> dr = new(xr, from + q + (3 * gap));
            Vector<double> di = new(xi, from + q + (3 * gap));
            Vector<double> er = new(xr, from + q + (4 * gap));
            Vector<double> ei = new(xi, from + q + (4 * gap));
            Vector<double> pr = br + er;
            Vector<double> pi = bi + ei;
            Vector<double> mr = br - er;
            Vector<double> mi = bi - ei;
            Vector<double> qr = cr + dr;
            Vector<double> qi = ci + di;
            Vector<double> nr = cr - dr;
            Vector<double> ni = ci - di;
            Vector<double> fr = ar + (c1 * pr) + (c2 * qr);
            Vector<double> fi = ai + (c1 * pi) + (c2 * qi);
            Vector<double> gr = ar + (c2 * pr) + (c1 * qr);
            Vector<double> gi = ai + (c2 * pi) + (c1 * qi);
            Vector<double> hr = (s1 * mr) + (s2 * nr);
            Vector<double> hi = (s1 * mi) + (s2 * ni);
            Vector<double> kr = (s2 * mr) - (s1 * nr);
            Vector<double> ki = (s2 * mi) - (s1 * ni);
            (ar + pr + qr).CopyTo(yr, to + q);
            (ai + pi + qi).CopyTo(yi, to + q);
            Store(fr + hi, fi - hr, new(wr[0]), new(wi[0]), yr, yi, to + q + stride);
            Store(gr + ki, gi - kr, new(wr[1]), new(wi[1]), yr, yi, to + q + (2 * stride));
            Store(gr - ki, gi + kr, new(wr[2]), new(wi[2]), yr, yi, to + q + (3 * stride));
            Store(fr - hi, fi + hr, new(wr[3]), new(wi[3]), yr, yi, to + q + (4 * stride));
        }
    }

    /// <summary>Any radix, one lane at a time, by the definition.</summary>
    public static void Any(
        int radix, double[] xr, double[] xi, double[] yr, double[] yi, int from, int gap, int to, int stride, ReadOnlySpan<double> wr, ReadOnlySpan<double> wi)
    {
        for (int q = 0; q < stride; q++)
        {
            if (radix == 4)
            {
                int at = from + q;
                double sr = xr[at] + xr[at + (2 * gap)];
                double si = xi[at] + xi[at + (2 * gap)];
                double tr = xr[at] - xr[at + (2 * gap)];
                double ti = xi[at] - xi[at + (2 * gap)];
                double ur = xr[at + gap] + xr[at + (3 * gap)];
                double ui = xi[at + gap] + xi[at + (3 * gap)];
                double vr = xr[at + gap] - xr[at + (3 * gap)];
                double vi = xi[at + gap] - xi[at + (3 * gap)];
                (yr[to + q], yi[to + q]) = (sr + ur, si + ui);
                (yr[to + q + stride], yi[to + q + stride]) = Product(tr + vi, ti - vr, wr[0], wi[0]);
                (yr[to + q + (2 * stride)], yi[to + q + (2 * stride)]) = Product(sr - ur, si - ui, wr[1], wi[1]);
                (yr[to + q + (3 * stride)], yi[to + q + (3 * stride)]) = Product(tr - vi, ti + vr, wr[2], wi[2]);
                continue;
            }

            for (int k = 0; k < radix; k++)
            {
                double re = 0;
                double im = 0;
                for (int j = 0; j < radix; j++)
                {
                    (double cos, double sin) = RealFft.Root(j * k, radix);
                    (double pr, double pi) = Product(xr[from + q + (gap * j)], xi[from + q + (gap * j)], cos, sin);
                    (re, im) = (re + pr, im + pi);
                }

                (yr[to + q + (stride * k)], yi[to + q + (stride * k)]) = k == 0 ? (re, im) : Product(re, im, wr[k - 1], wi[k - 1]);
            }
        }
    }

    private static (double Real, double Imaginary) Product(double ar, double ai, double br, double bi) => ((ar * br) - (ai * bi), (ar * bi) + (ai * br));

    private static void Store(Vector<double> re, Vector<double> im, Vector<double> wr, Vector<double> wi, double[] yr, double[] yi, int at)
    {
        ((re * wr) - (im * wi)).CopyTo(yr, at);
        ((re * wi) + (im * wr)).CopyTo(yi, at);
    }
}
