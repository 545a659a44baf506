namespace FastDPMeta.Privacy.Accounting.Pld;

/// <summary>From a polygon below a curve of hockey sticks to one that is the curve of a pair: convex, and nowhere negative. Corners lie on a grid of losses and are given by their masses under P.</summary>
internal static class ConvexMinorant
{
    // Each is a pass over the grid; one is rare.
    private const int MostCuts = 64;

    /// <summary>The convex minorant of the polygon, and 0 where it would be negative.</summary>
    /// <param name="masses">Masses of the polygon's corners, some of them negative; of its minorant's on return.</param>
    /// <param name="kept">Room for as many numbers.</param>
    /// <param name="step">h.</param>
    public static void Take(Span<double> masses, Span<int> kept, double step)
    {
        for (int cuts = 0; ; cuts++)
        {
            int count = RemoveFallingSlopes(masses, kept, step);
            if (count == 0 || masses[kept[count - 1]] >= 0)
            {
                return;
            }

            if (cuts == MostCuts || !CutAtZero(masses, kept[..count], step))
            {
                masses.Clear(); // 0 lies below every curve
                return;
            }
        }
    }

    /// <summary>
    /// Removes points at which the slope falls, passing their (negative) mass to both neighbours such that P and Q are kept. Returns how many points remain; the last of them keeps a
    /// negative mass where the polygon rises to 0 at it.
    /// </summary>
    private static int RemoveFallingSlopes(Span<double> masses, Span<int> kept, double step)
    {
        int count = 0;
        for (int j = 0; j < masses.Length; j++)
        {
            if (masses[j] == 0)
            {
                continue;
            }

            kept[count++] = j;
            while (j + 1 < masses.Length && count > 0 && masses[kept[count - 1]] < 0)
            {
                int point = kept[--count];
                double mass = masses[point];
                masses[point] = 0;
                double y = (j + 1 - point) * step;
                if (count == 0)
                {
                    masses[j + 1] += mass * Math.Exp(y); // without a point below, all goes up, so that the slope further left stays
                    continue;
                }

                // γ_point lies between: shares by P's mass.
                double x = (point - kept[count - 1]) * step;
                double toLower = PreciseMath.Expm1(y) / PreciseMath.Expm1(x + y);
                masses[j + 1] += mass * (1 - toLower);
                masses[kept[count - 1]] += mass * toLower;
            }
        }

        return count;
    }

    /// <summary>
    /// A polygon that ends in a rise to 0 is negative before. The curve is not, but the point where the polygon crosses 0 is none of the grid's; so it is made 0 from the last point on at
    /// which it is positive, and goes there straight from the point before, where it stays what it was. False where there is no such point.
    /// </summary>
    private static bool CutAtZero(Span<double> masses, Span<int> kept, double step)
    {
        double mass = 0; // of the points above, under P and, relative to the point, under Q
        double other = 0;
        for (int place = kept.Length - 1; place > 0; place--)
        {
            int point = kept[place];
            bool isPositive = mass > other;
            mass += masses[point];
            other += masses[point];
            masses[point] = 0;
            int before = kept[place - 1];
            double factor = PreciseMath.Expm1((point - before) * step);
            if (isPositive)
            {
                double toLower = (other - mass) / factor;
                masses[before] += toLower;
                masses[point] = mass - toLower;
                return true;
            }

            other /= 1 + factor;
        }

        return false;
    }
}
