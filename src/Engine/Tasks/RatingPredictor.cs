namespace FastDPMeta.Engine.Tasks;

/// <summary>Predicts ratings of one person.</summary>
/// <param name="draw">Number of the draw.</param>
/// <param name="person">Number of the person.</param>
/// <param name="known">Places of the ratings that may be looked at, in the person's <see cref="RatedItems"/>.</param>
/// <param name="asked">Places of the ratings to predict; their items may be looked at.</param>
/// <param name="predictions">Filled with as many ratings.</param>
public delegate void RatingPredictor(int draw, int person, ReadOnlySpan<int> known, ReadOnlySpan<int> asked, Span<double> predictions);
