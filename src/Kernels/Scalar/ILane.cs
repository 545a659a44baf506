namespace FastDPMeta.Kernels.Scalar;

/// <summary>
/// The arithmetic of one vector width, so that <see cref="LaneMath{TLane, TVector}"/> writes each formula once. Every member is one or a
/// few instructions; all widths give the same bits. Masks are vectors of all-ones or all-zeros elements.
/// </summary>
/// <typeparam name="TVector">The vector type.</typeparam>
internal interface ILane<TVector>
    where TVector : struct
{
    static abstract TVector Splat(float value);

    static abstract TVector Add(TVector x, TVector y);

    static abstract TVector Sub(TVector x, TVector y);

    static abstract TVector Mul(TVector x, TVector y);

    static abstract TVector Div(TVector x, TVector y);

    /// <summary>x·y + z, with one rounding where the hardware can (then at every width).</summary>
    static abstract TVector MulAdd(TVector x, TVector y, TVector z);

    static abstract TVector Abs(TVector x);

    /// <summary>-|x|.</summary>
    static abstract TVector NegativeAbs(TVector x);

    /// <summary>A positive <paramref name="x"/> (or zero, or NaN) with the sign of <paramref name="sign"/>.</summary>
    static abstract TVector WithSign(TVector x, TVector sign);

    /// <summary>The smaller of a constant and x; NaN where x is NaN.</summary>
    static abstract TVector AtMost(float limit, TVector x);

    /// <summary>The larger of a constant and x; NaN where x is NaN.</summary>
    static abstract TVector AtLeast(float limit, TVector x);

    static abstract TVector Less(TVector x, TVector y);

    static abstract TVector IsZero(TVector x);

    static abstract TVector Select(TVector mask, TVector ifSet, TVector ifClear);

    /// <summary>2ⁿ for whole n from -126 to 127, given n + <see cref="LaneConstants.Biased"/>: its low bits are the exponent field.</summary>
    static abstract TVector PowerOfTwo(TVector biased);

    /// <summary>x·2ⁿ with one rounding, for 0.5 ≤ x &lt; 2 and whole n from -252 to 254.</summary>
    /// <param name="x">The factor.</param>
    /// <param name="n">The exponent.</param>
    /// <param name="biasedTwice">n + <see cref="LaneConstants.BiasedTwice"/>, for widths that have no instruction for it.</param>
    static abstract TVector Scale(TVector x, TVector n, TVector biasedTwice);

    /// <summary>x·2ⁿ with one rounding, for 0.5 ≤ x &lt; 2 and whole n from -189 to 63: cheaper than <see cref="Scale"/>.</summary>
    /// <param name="x">The factor.</param>
    /// <param name="n">The exponent.</param>
    /// <param name="raised">n + <see cref="LaneConstants.Raised"/>, for widths that have no instruction for it.</param>
    static abstract TVector ScaleDown(TVector x, TVector n, TVector raised);

    /// <summary>Writes a positive normal x as m·2ᵉ with 2/3 ≤ m &lt; 4/3; returns m.</summary>
    static abstract TVector Split(TVector x, out TVector exponent);
}
