namespace FastDPMeta.Engine.Compile;

/// <summary>Canonical forms of loops, so that equal work gives equal specs.</summary>
internal static class StrideLists
{
    /// <summary>
    /// Drops factors of one element and joins neighbours that every operand walks as one.
    /// </summary>
    /// <param name="extents">Sizes, outermost first.</param>
    /// <param name="strides">Each operand's strides.</param>
    public static (int[] Extents, int[][] Strides) Coalesce(IReadOnlyList<int> extents, IReadOnlyList<int[]> strides)
    {
        List<int> sizes = [];
        List<int>[] kept = [.. strides.Select(_ => new List<int>())];
        for (int factor = 0; factor < extents.Count; factor++)
        {
            if (extents[factor] == 1)
            {
                continue;
            }

            int last = sizes.Count - 1;
            bool joins = last >= 0;
            for (int i = 0; joins && i < kept.Length; i++)
            {
                joins = kept[i][last] == strides[i][factor] * extents[factor];
            }

            if (joins)
            {
                sizes[last] *= extents[factor];
            }
            else
            {
                sizes.Add(extents[factor]);
            }

            for (int i = 0; i < kept.Length; i++)
            {
                if (joins)
                {
                    kept[i][last] = strides[i][factor];
                }
                else
                {
                    kept[i].Add(strides[i][factor]);
                }
            }
        }

        return ([.. sizes], [.. kept.Select(list => list.ToArray())]);
    }
}
