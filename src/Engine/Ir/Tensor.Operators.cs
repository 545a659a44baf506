using FastDPMeta.Engine.Ops;

namespace FastDPMeta.Engine.Ir;

/// <content>Operators: element by element, with broadcasting.</content>
public readonly partial struct Tensor
{
    /// <summary>Sum.</summary>
    public static Tensor operator +(Tensor x, Tensor y) => Map(MapOp.Add, x, y);

    /// <summary>Difference.</summary>
    public static Tensor operator -(Tensor x, Tensor y) => Map(MapOp.Sub, x, y);

    /// <summary>Element-wise product.</summary>
    public static Tensor operator *(Tensor x, Tensor y) => Map(MapOp.Mul, x, y);

    /// <summary>Element-wise quotient.</summary>
    public static Tensor operator /(Tensor x, Tensor y) => Map(MapOp.Div, x, y);

    /// <summary>Negation.</summary>
    public static Tensor operator -(Tensor x) => x.Apply(MapOp.Neg);

    /// <summary>Sum with a constant.</summary>
    public static Tensor operator +(Tensor x, double y) => x + x.Fill(y);

    /// <summary>Sum with a constant.</summary>
    public static Tensor operator +(double x, Tensor y) => y.Fill(x) + y;

    /// <summary>Difference from a constant.</summary>
    public static Tensor operator -(Tensor x, double y) => x - x.Fill(y);

    /// <summary>Difference from a constant.</summary>
    public static Tensor operator -(double x, Tensor y) => y.Fill(x) - y;

    /// <summary>Product with a constant.</summary>
    public static Tensor operator *(Tensor x, double y) => x * x.Fill(y);

    /// <summary>Product with a constant.</summary>
    public static Tensor operator *(double x, Tensor y) => y.Fill(x) * y;

    /// <summary>Quotient by a constant.</summary>
    public static Tensor operator /(Tensor x, double y) => x / x.Fill(y);

    /// <summary>Quotient of a constant.</summary>
    public static Tensor operator /(double x, Tensor y) => y.Fill(x) / y;

    /// <summary>1 where x is less than y, else 0.</summary>
    public static Tensor operator <(Tensor x, Tensor y) => Map(MapOp.Less, x, y);

    /// <summary>1 where x is greater than y, else 0.</summary>
    public static Tensor operator >(Tensor x, Tensor y) => Map(MapOp.Less, y, x);

    /// <summary>1 where x is less than y, else 0.</summary>
    public static Tensor operator <(Tensor x, double y) => x < x.Fill(y);

    /// <summary>1 where x is greater than y, else 0.</summary>
    public static Tensor operator >(Tensor x, double y) => x > x.Fill(y);

    /// <summary>Whether two handles name the same node.</summary>
    public static bool operator ==(Tensor x, Tensor y) => x.Equals(y);

    /// <summary>Whether two handles name different nodes.</summary>
    public static bool operator !=(Tensor x, Tensor y) => !x.Equals(y);
}
