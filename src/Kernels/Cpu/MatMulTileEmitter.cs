using System.Collections.Concurrent;
using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.Intrinsics;
using FastDPMeta.Kernels.Emit;

namespace FastDPMeta.Kernels.Cpu;

/// <summary>
/// Writes the inner loops of the matrix product: for any tile shape a method that keeps the whole tile of C in vector registers while it
/// walks along k. Emitted rather than written, because registers need a local for each accumulator and shapes are many. Every sum runs over
/// k in ascending order with one accumulator, so all tile shapes give the same bits. Thread-safe.
/// </summary>
internal sealed class MatMulTileEmitter
{
    private static readonly ConcurrentDictionary<TileShape, nint> Made = new();

    private readonly ILGenerator _il;
    private readonly TileShape _shape;
    private readonly Type _vector;
    private readonly Type _lane;
    private readonly LocalBuilder[] _sums;
    private readonly Strided? _a;

    private MatMulTileEmitter(ILGenerator il, TileShape shape)
    {
        _il = il;
        _shape = shape;
        (_vector, _lane) = shape.VectorBits switch
        {
            512 => (typeof(Vector512<float>), typeof(TileLane512)),
            256 => (typeof(Vector256<float>), typeof(TileLane256)),
            _ => (typeof(Vector128<float>), typeof(TileLane128)),
        };
        _sums = new LocalBuilder[shape.Rows * shape.Vectors];
        for (int i = 0; i < _sums.Length; i++)
        {
            _sums[i] = il.DeclareLocal(_vector); // zero at first: locals are initialised
        }

        _a = shape.IsIndexed ? null : new Strided(this, nameof(TileArguments.A), nameof(TileArguments.ARow), shape.Rows);
    }

    private int VectorBytes => _shape.VectorBits / 8;

    /// <summary>The kernel of a shape: <c>delegate*&lt;TileArguments*, void&gt;</c>, valid for ever.</summary>
    public static nint Kernel(TileShape shape) => Made.GetOrAdd(shape, static wanted =>
    {
        string name = $"{(wanted.IsDot ? "dot" : wanted.IsIndexed ? "indexed" : "tile")}{wanted.VectorBits}_{wanted.Rows}x{wanted.Vectors}";
        MethodInfo method = KernelAssembly.Define(name, typeof(void), [typeof(TileArguments*)], il =>
        {
            MatMulTileEmitter emitter = new(il, wanted);
            if (wanted.IsDot)
            {
                emitter.EmitDot();
            }
            else if (wanted.IsIndexed)
            {
                emitter.EmitIndexedTile();
            }
            else
            {
                emitter.EmitTile();
            }

            il.Emit(OpCodes.Ret);
        });
        return method.MethodHandle.GetFunctionPointer();
    });

    /// <summary>Vectors along the columns: per k one load for each vector of B, one broadcast for each row of A, and their products.</summary>
    private void EmitTile()
    {
        LocalBuilder b = Argument(nameof(TileArguments.B));
        LocalBuilder bStride = Argument(nameof(TileArguments.BStride));
        LocalBuilder aDepth = Argument(nameof(TileArguments.ADepth));
        LocalBuilder left = Argument(nameof(TileArguments.Depth));
        Label top = _il.DefineLabel();
        _il.MarkLabel(top);
        EmitTileStep(b, _a!.Push);
        _a.Advance(() => _il.Emit(OpCodes.Ldloc, aDepth));
        Advance(b, () => _il.Emit(OpCodes.Ldloc, bStride));
        CountDown(left, 1, top);
        StoreTile();
    }

    /// <summary>The same with rows of A anywhere, and terms in segments: two nested loops over one set of sums.</summary>
    private void EmitIndexedTile()
    {
        LocalBuilder b = Argument(nameof(TileArguments.B));
        LocalBuilder bStride = Argument(nameof(TileArguments.BStride));
        LocalBuilder aDepth = Argument(nameof(TileArguments.ADepth));
        LocalBuilder lines = Argument(nameof(TileArguments.Lines));
        LocalBuilder segment = Argument(nameof(TileArguments.Segments));
        LocalBuilder segments = Argument(nameof(TileArguments.SegmentCount));
        LocalBuilder[] rows = [.. Enumerable.Range(0, _shape.Rows).Select(_ => _il.DeclareLocal(typeof(nint)))];
        LocalBuilder offset = _il.DeclareLocal(typeof(nint));
        LocalBuilder left = _il.DeclareLocal(typeof(nint));
        for (int row = 0; row < rows.Length; row++)
        {
            Address(lines, row * nint.Size);
            _il.Emit(OpCodes.Ldind_I);
            _il.Emit(OpCodes.Stloc, rows[row]);
        }

        Label outer = _il.DefineLabel();
        Label top = _il.DefineLabel();
        _il.MarkLabel(outer);
        _il.Emit(OpCodes.Ldloc, segment);
        _il.Emit(OpCodes.Ldind_I);
        _il.Emit(OpCodes.Stloc, offset);
        _il.Emit(OpCodes.Ldarg_0);
        _il.Emit(OpCodes.Ldfld, typeof(TileArguments).GetField(nameof(TileArguments.Depth))!);
        _il.Emit(OpCodes.Stloc, left);

        _il.MarkLabel(top);
        EmitTileStep(b, row =>
        {
            _il.Emit(OpCodes.Ldloc, rows[row]);
            _il.Emit(OpCodes.Ldloc, offset);
            _il.Emit(OpCodes.Add);
        });
        Advance(offset, () => _il.Emit(OpCodes.Ldloc, aDepth));
        Advance(b, () => _il.Emit(OpCodes.Ldloc, bStride));
        CountDown(left, 1, top);

        Advance(segment, () => PushInt(nint.Size));
        CountDown(segments, 1, outer);
        StoreTile();
    }

    /// <summary>One k: <paramref name="pushLine"/> pushes the address of A's element in a row.</summary>
    private void EmitTileStep(LocalBuilder b, Action<int> pushLine)
    {
        LocalBuilder[] columns = [.. Enumerable.Range(0, _shape.Vectors).Select(_ => _il.DeclareLocal(_vector))];
        LocalBuilder factor = _il.DeclareLocal(_vector);
        for (int v = 0; v < columns.Length; v++)
        {
            Address(b, v * VectorBytes);
            Call("Load");
            _il.Emit(OpCodes.Stloc, columns[v]);
        }

        for (int row = 0; row < _shape.Rows; row++)
        {
            pushLine(row);
            Call("Splat");
            _il.Emit(OpCodes.Stloc, factor);
            for (int v = 0; v < columns.Length; v++)
            {
                MulAdd(factor, columns[v], _sums[(row * columns.Length) + v]);
            }
        }
    }

    private void StoreTile()
    {
        LocalBuilder c = Argument(nameof(TileArguments.C));
        LocalBuilder cRow = Argument(nameof(TileArguments.CRow));
        for (int row = 0; row < _shape.Rows; row++)
        {
            for (int v = 0; v < _shape.Vectors; v++)
            {
                _il.Emit(OpCodes.Ldloc, _sums[(row * _shape.Vectors) + v]);
                if (_shape.Accumulate)
                {
                    Address(c, v * VectorBytes);
                    Call("Load");
                    Call("Add");
                }

                Address(c, v * VectorBytes);
                _il.Emit(OpCodes.Ldc_I4, v == _shape.Vectors - 1 ? _shape.Last : _shape.Width);
                Call("Store");
            }

            Advance(c, () => _il.Emit(OpCodes.Ldloc, cRow));
        }
    }

    /// <summary>Vectors along k; the last, partial one is masked in both operands, as what lies behind may be anything.</summary>
    private void EmitDot()
    {
        Strided b = new(this, nameof(TileArguments.B), nameof(TileArguments.BStride), _shape.Vectors);
        LocalBuilder left = Argument(nameof(TileArguments.Depth));
        LocalBuilder mask = _il.DeclareLocal(_vector);
        Label top = _il.DefineLabel();
        Label rest = _il.DefineLabel();
        Label done = _il.DefineLabel();

        _il.Emit(OpCodes.Ldloc, left);
        PushInt(_shape.Width);
        _il.Emit(OpCodes.Blt, rest);
        _il.MarkLabel(top);
        EmitDotStep(b, null);
        _a!.Advance(() => PushInt(VectorBytes));
        b.Advance(() => PushInt(VectorBytes));
        CountDown(left, _shape.Width, top);

        _il.MarkLabel(rest);
        _il.Emit(OpCodes.Ldloc, left);
        _il.Emit(OpCodes.Brfalse, done);
        _il.Emit(OpCodes.Ldloc, left);
        Call("Mask");
        _il.Emit(OpCodes.Stloc, mask);
        EmitDotStep(b, mask);
        _il.MarkLabel(done);
        StoreDots();
    }

    private void EmitDotStep(Strided b, LocalBuilder? mask)
    {
        LocalBuilder[] columns = [.. Enumerable.Range(0, _shape.Vectors).Select(_ => _il.DeclareLocal(_vector))];
        LocalBuilder row = _il.DeclareLocal(_vector);
        for (int v = 0; v < columns.Length; v++)
        {
            LoadMasked(b, v, mask, columns[v]);
        }

        for (int r = 0; r < _shape.Rows; r++)
        {
            LoadMasked(_a!, r, mask, row);
            for (int v = 0; v < columns.Length; v++)
            {
                MulAdd(row, columns[v], _sums[(r * columns.Length) + v]);
            }
        }
    }

    private void StoreDots()
    {
        LocalBuilder cRow = Argument(nameof(TileArguments.CRow));
        LocalBuilder cColumn = Argument(nameof(TileArguments.CColumn));
        LocalBuilder line = Argument(nameof(TileArguments.C));
        LocalBuilder c = _il.DeclareLocal(typeof(nint));
        for (int r = 0; r < _shape.Rows; r++)
        {
            _il.Emit(OpCodes.Ldloc, line);
            _il.Emit(OpCodes.Stloc, c);
            for (int v = 0; v < _shape.Vectors; v++)
            {
                _il.Emit(OpCodes.Ldloc, c);
                _il.Emit(OpCodes.Ldloc, _sums[(r * _shape.Vectors) + v]);
                Call("Sum");
                if (_shape.Accumulate)
                {
                    _il.Emit(OpCodes.Ldloc, c);
                    _il.Emit(OpCodes.Ldind_R4);
                    _il.Emit(OpCodes.Add);
                }

                _il.Emit(OpCodes.Stind_R4);
                Advance(c, () => _il.Emit(OpCodes.Ldloc, cColumn));
            }

            Advance(line, () => _il.Emit(OpCodes.Ldloc, cRow));
        }
    }

    private void LoadMasked(Strided from, int number, LocalBuilder? mask, LocalBuilder to)
    {
        from.Push(number);
        Call("Load");
        if (mask is not null)
        {
            _il.Emit(OpCodes.Ldloc, mask);
            Call("And");
        }

        _il.Emit(OpCodes.Stloc, to);
    }

    private void MulAdd(LocalBuilder x, LocalBuilder y, LocalBuilder sum)
    {
        _il.Emit(OpCodes.Ldloc, x);
        _il.Emit(OpCodes.Ldloc, y);
        _il.Emit(OpCodes.Ldloc, sum);
        Call("MulAdd");
        _il.Emit(OpCodes.Stloc, sum);
    }

    private void CountDown(LocalBuilder left, int step, Label top)
    {
        _il.Emit(OpCodes.Ldloc, left);
        PushInt(step);
        _il.Emit(OpCodes.Sub);
        _il.Emit(OpCodes.Stloc, left);
        _il.Emit(OpCodes.Ldloc, left);
        PushInt(step);
        _il.Emit(OpCodes.Bge, top);
    }

    private LocalBuilder Argument(string field)
    {
        LocalBuilder local = _il.DeclareLocal(typeof(nint));
        _il.Emit(OpCodes.Ldarg_0);
        _il.Emit(OpCodes.Ldfld, typeof(TileArguments).GetField(field)!);
        _il.Emit(OpCodes.Stloc, local);
        return local;
    }

    private void Address(LocalBuilder pointer, int bytes)
    {
        _il.Emit(OpCodes.Ldloc, pointer);
        if (bytes != 0)
        {
            PushInt(bytes);
            _il.Emit(OpCodes.Add);
        }
    }

    private void Advance(LocalBuilder pointer, Action pushStep)
    {
        _il.Emit(OpCodes.Ldloc, pointer);
        pushStep();
        _il.Emit(OpCodes.Add);
        _il.Emit(OpCodes.Stloc, pointer);
    }

    private void PushInt(int value)
    {
        _il.Emit(OpCodes.Ldc_I4, value);
        _il.Emit(OpCodes.Conv_I);
    }

    private void Call(string method) => _il.Emit(OpCodes.Call, _lane.GetMethod(method)!);

    /// <summary>
    /// Addresses of equally spaced lines with few registers: one pointer for every four lines, and one, two and three strides, which the
    /// processor adds while it loads.
    /// </summary>
    private sealed class Strided
    {
        private const int Group = 4;

        private readonly MatMulTileEmitter _owner;
        private readonly LocalBuilder[] _pointers;
        private readonly LocalBuilder[] _strides;

        public Strided(MatMulTileEmitter owner, string address, string stride, int lines)
        {
            _owner = owner;
            ILGenerator il = owner._il;
            LocalBuilder one = owner.Argument(stride);
            _strides = new LocalBuilder[Group];
            for (int multiple = 1; multiple < Math.Min(Group, lines); multiple++)
            {
                _strides[multiple] = Multiple(il, one, multiple);
            }

            _pointers = new LocalBuilder[(lines + Group - 1) / Group];
            for (int group = 0; group < _pointers.Length; group++)
            {
                _pointers[group] = owner.Argument(address);
                owner.Advance(_pointers[group], () =>
                {
                    il.Emit(OpCodes.Ldloc, one);
                    owner.PushInt(group * Group);
                    il.Emit(OpCodes.Mul);
                });
            }
        }

        /// <summary>Pushes the address of a line.</summary>
        public void Push(int line)
        {
            _owner._il.Emit(OpCodes.Ldloc, _pointers[line / Group]);
            if (line % Group != 0)
            {
                _owner._il.Emit(OpCodes.Ldloc, _strides[line % Group]);
                _owner._il.Emit(OpCodes.Add);
            }
        }

        /// <summary>Moves all lines.</summary>
        public void Advance(Action pushStep)
        {
            foreach (LocalBuilder pointer in _pointers)
            {
                _owner.Advance(pointer, pushStep);
            }
        }

        private static LocalBuilder Multiple(ILGenerator il, LocalBuilder one, int times)
        {
            LocalBuilder local = il.DeclareLocal(typeof(nint));
            il.Emit(OpCodes.Ldloc, one);
            il.Emit(OpCodes.Ldc_I4, times);
            il.Emit(OpCodes.Conv_I);
            il.Emit(OpCodes.Mul);
            il.Emit(OpCodes.Stloc, local);
            return local;
        }
    }
}
