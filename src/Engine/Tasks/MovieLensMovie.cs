namespace FastDPMeta.Engine.Tasks;

/// <summary>What everybody may know of a movie: the catalogue's entry, in which nobody's rating has a part.</summary>
/// <param name="Id">MovieLens' own number.</param>
/// <param name="Title">Title with the year behind it in brackets, as the catalogue has it.</param>
/// <param name="Year">Year of release, or null where the catalogue has none.</param>
/// <param name="Genres">Bit i is set for genre i of <see cref="MovieLensSet.GenreNames"/>.</param>
public sealed record MovieLensMovie(int Id, string Title, int? Year, int Genres);
