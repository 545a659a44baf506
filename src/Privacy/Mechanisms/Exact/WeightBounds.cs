using System.Numerics;

namespace FastDPMeta.Privacy.Mechanisms.Exact;

/// <summary>Weights of the outcomes 0, 1, 2, … up to a common factor, each enclosed between whole numbers of one unit.</summary>
/// <param name="Low">Lower bounds.</param>
/// <param name="High">Upper bounds, as many.</param>
/// <param name="Tail">Upper bound of the weight of all outcomes behind.</param>
internal sealed record WeightBounds(IReadOnlyList<BigInteger> Low, IReadOnlyList<BigInteger> High, BigInteger Tail);
