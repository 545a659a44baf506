namespace FastDPMeta.Privacy.Accounting.Pld;

/// <summary>How losses come to lie on a grid.</summary>
internal enum GridRounding
{
    /// <summary>The pair on the grid dominates.</summary>
    Above,

    /// <summary>The pair on the grid is dominated.</summary>
    Below,

    /// <summary>To the nearest point, with a bound of what that takes in all.</summary>
    Nearest,
}
