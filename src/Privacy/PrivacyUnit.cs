namespace FastDPMeta.Privacy;

/// <summary>What one person's data is: the thing whose presence or absence the guarantee hides.</summary>
public enum PrivacyUnit
{
    /// <summary>One row. Protects one row of a person, not a person who has many.</summary>
    Example = 0,

    /// <summary>One task with all its support and query rows, usually one user: protects everything that the user contributed.</summary>
    Task = 1,

    /// <summary>One person with all tasks that the person owns, of which a bounded number counts: protects everything the person contributed, in however many tasks.</summary>
    User = 2,
}
