using System.Reflection.Emit;

namespace FastDPMeta.Kernels.Emit;

/// <summary>
/// Writes nested loops over several operands. A <see cref="Level"/> steps one element along an axis and keeps a pointer per operand; the
/// axis of the vectors is walked by <see cref="Vectors"/> and <see cref="Remainder"/>. Every loop runs at least once.
/// </summary>
/// <remarks>The emitted method's first argument is a <c>float**</c>, the first element of each operand; counts are <c>nint</c>.</remarks>
internal sealed class LoopNest
{
    private readonly ILGenerator _il;
    private readonly Lane _lane;
    private readonly int _inputs;
    private readonly int[] _vectorStrides;
    private readonly bool[] _paired;
    private readonly LocalBuilder[] _pointers;
    private readonly LocalBuilder?[] _broadcasts;
    private LocalBuilder? _position;
    private int _ahead;
    private LocalBuilder? _mask;
    private LocalBuilder? _count;

    /// <summary>Starts a nest: reads the operands' addresses.</summary>
    /// <param name="il">Where to write.</param>
    /// <param name="lane">The lane type.</param>
    /// <param name="inputs">How many of the operands, the first ones, are only read.</param>
    /// <param name="vectorStrides">Each operand's stride along the axis of the vectors.</param>
    /// <param name="paired">Inputs whose elements each serve two neighbours along that axis; none unless given. Their stride is 1.</param>
    public LoopNest(ILGenerator il, Lane lane, int inputs, int[] vectorStrides, bool[]? paired = null)
    {
        _il = il;
        _lane = lane;
        _inputs = inputs;
        _vectorStrides = vectorStrides;
        _paired = paired ?? new bool[vectorStrides.Length];
        _pointers = new LocalBuilder[vectorStrides.Length];
        _broadcasts = new LocalBuilder?[vectorStrides.Length];
        for (int operand = 0; operand < _pointers.Length; operand++)
        {
            _pointers[operand] = il.DeclareLocal(typeof(float*));
            il.Emit(OpCodes.Ldarg_0);
            PushNative(operand * (long)sizeof(long));
            il.Emit(OpCodes.Add);
            il.Emit(OpCodes.Ldind_I);
            il.Emit(OpCodes.Stloc, _pointers[operand]);
        }
    }

    /// <summary>Reads into a lane, here once, each input that has one value for all vectors and for all loops still to come.</summary>
    /// <param name="inner">Strides along each level still to come.</param>
    public void Hoist(params int[][] inner)
    {
        for (int operand = 0; operand < _inputs; operand++)
        {
            if (_broadcasts[operand] is null && _vectorStrides[operand] == 0 && Array.TrueForAll(inner, level => level[operand] == 0))
            {
                PushLane(operand);
                _broadcasts[operand] = _il.DeclareLocal(_lane.Type);
                _il.Emit(OpCodes.Stloc, _broadcasts[operand]!);
            }
        }
    }

    /// <summary>A loop that steps one element along an axis.</summary>
    /// <param name="countArgument">Number of the argument that says how often, at least 1.</param>
    /// <param name="strides">The operands' strides along the axis.</param>
    /// <param name="body">Writes the body.</param>
    public void Level(int countArgument, int[] strides, Action body)
    {
        LocalBuilder[] outerPointers = [.. _pointers];
        LocalBuilder?[] outerBroadcasts = [.. _broadcasts];
        LocalBuilder[] inner = [.. Enumerable.Range(0, _pointers.Length).Select(EnterPointer)];
        (LocalBuilder? position, int ahead) = (_position, _ahead);
        inner.CopyTo(_pointers, 0);
        _position = null;
        _ahead = 0;

        LocalBuilder remaining = _il.DeclareLocal(typeof(nint));
        _il.Emit(OpCodes.Ldarg, (short)countArgument);
        _il.Emit(OpCodes.Stloc, remaining);
        Label top = _il.DefineLabel();
        _il.MarkLabel(top);
        body();
        for (int operand = 0; operand < strides.Length; operand++)
        {
            Advance(inner[operand], strides[operand] * (long)sizeof(float));
        }

        Advance(remaining, -1);
        _il.Emit(OpCodes.Ldloc, remaining);
        PushNative(0);
        _il.Emit(OpCodes.Bgt, top);

        outerPointers.CopyTo(_pointers, 0);
        outerBroadcasts.CopyTo(_broadcasts, 0);
        (_position, _ahead) = (position, ahead);

        LocalBuilder EnterPointer(int operand)
        {
            if (strides[operand] == 0 && (_position is null || _vectorStrides[operand] == 0))
            {
                return _pointers[operand];
            }

            LocalBuilder pointer = _il.DeclareLocal(typeof(float*));
            PushAddress(operand);
            _il.Emit(OpCodes.Stloc, pointer);
            return pointer;
        }
    }

    /// <summary>Starts the axis of the vectors: position 0.</summary>
    public void BeginVectors()
    {
        _position = _il.DeclareLocal(typeof(nint));
        PushNative(0);
        _il.Emit(OpCodes.Stloc, _position);
    }

    /// <summary>A loop over whole vectors, from the current position to the last multiple of <paramref name="unroll"/> lanes within the count.</summary>
    /// <param name="countArgument">Number of the argument that counts elements along the axis.</param>
    /// <param name="unroll">Vectors an iteration.</param>
    /// <param name="body">Writes the work on all vectors of an iteration, choosing among them with <see cref="Ahead"/>.</param>
    public void Vectors(int countArgument, int unroll, Action body)
    {
        Label top = _il.DefineLabel();
        Label test = _il.DefineLabel();
        LocalBuilder limit = _il.DeclareLocal(typeof(nint));
        _il.Emit(OpCodes.Ldarg, (short)countArgument);
        PushNative(unroll * _lane.Count);
        _il.Emit(OpCodes.Sub);
        _il.Emit(OpCodes.Stloc, limit);
        _il.Emit(OpCodes.Br, test);
        _il.MarkLabel(top);
        body();
        Ahead(0);
        Advance(_position!, unroll * _lane.Count);
        _il.MarkLabel(test);
        _il.Emit(OpCodes.Ldloc, _position!);
        _il.Emit(OpCodes.Ldloc, limit);
        _il.Emit(OpCodes.Ble, top);
    }

    /// <summary>Makes the following loads and stores touch the vector this many lanes beyond the current position.</summary>
    /// <param name="vectors">From 0.</param>
    public void Ahead(int vectors) => _ahead = vectors * _lane.Count;

    /// <summary>The part of a vector beyond the current position, where there is one.</summary>
    /// <param name="countArgument">Number of the argument that counts elements along the axis.</param>
    /// <param name="body">Writes the work; loads and stores in it touch only the elements there are.</param>
    public void Remainder(int countArgument, Action body)
    {
        Label none = _il.DefineLabel();
        PushRest(countArgument);
        _il.Emit(OpCodes.Brfalse, none);
        BeginRemainder(() => PushRest(countArgument));
        body();
        _mask = null;
        _count = null;
        _il.MarkLabel(none);
    }

    /// <summary>Computes the mask of a remainder; loads and stores from here on touch that many elements only.</summary>
    /// <param name="count">Pushes the number of elements as <c>int</c>.</param>
    public void BeginRemainder(Action count)
    {
        _count = _il.DeclareLocal(typeof(int));
        _mask = _il.DeclareLocal(_lane.Type);
        count();
        _il.Emit(OpCodes.Stloc, _count);
        _il.Emit(OpCodes.Ldloc, _count);
        _il.Emit(OpCodes.Call, _lane.Memory(nameof(LaneMemory128.Mask)));
        _il.Emit(OpCodes.Stloc, _mask);
    }

    /// <summary>Pushes the mask of the remainder.</summary>
    public void PushMask() => _il.Emit(OpCodes.Ldloc, _mask!);

    /// <summary>Pushes the current lane of an input.</summary>
    /// <param name="operand">Its number.</param>
    public void PushLane(int operand)
    {
        if (_broadcasts[operand] is { } broadcast)
        {
            _il.Emit(OpCodes.Ldloc, broadcast);
            return;
        }

        PushAddress(operand);
        int stride = _vectorStrides[operand];
        if (!_lane.IsVector || stride == 0)
        {
            _il.Emit(OpCodes.Ldind_R4);
            if (_lane.IsVector)
            {
                _il.Emit(OpCodes.Call, ScalarProgramEmitter.BroadcastOf(_lane.Type));
            }
        }
        else if (_paired[operand])
        {
            CallMemory(nameof(LaneMemory128.LoadPairs), nameof(LaneMemory128.LoadPairsPart), withMask: false);
        }
        else if (stride != 1)
        {
            PushNative(stride);
            CallMemory(nameof(LaneMemory128.Gather), nameof(LaneMemory128.GatherPart), withMask: false);
        }
        else if (_count is null)
        {
            _il.Emit(OpCodes.Unaligned, (byte)sizeof(float));
            _il.Emit(OpCodes.Ldobj, _lane.Type);
        }
        else
        {
            CallMemory(string.Empty, nameof(LaneMemory128.LoadPart), withMask: true);
        }
    }

    /// <summary>Stores a lane to an output.</summary>
    /// <param name="operand">Its number.</param>
    /// <param name="pushValue">Pushes the lane.</param>
    public void StoreLane(int operand, Action pushValue)
    {
        PushAddress(operand);
        int stride = _vectorStrides[operand];
        if (!_lane.IsVector)
        {
            pushValue();
            _il.Emit(OpCodes.Stind_R4);
        }
        else if (stride != 1)
        {
            PushNative(stride);
            pushValue();
            CallMemory(nameof(LaneMemory128.Scatter), nameof(LaneMemory128.ScatterPart), withMask: false);
        }
        else if (_count is null)
        {
            pushValue();
            _il.Emit(OpCodes.Unaligned, (byte)sizeof(float));
            _il.Emit(OpCodes.Stobj, _lane.Type);
        }
        else
        {
            pushValue();
            CallMemory(string.Empty, nameof(LaneMemory128.StorePart), withMask: true);
        }
    }

    /// <summary>Pushes the address of an operand's current element.</summary>
    /// <param name="operand">Its number.</param>
    public void PushAddress(int operand)
    {
        _il.Emit(OpCodes.Ldloc, _pointers[operand]);
        long stride = _vectorStrides[operand] * (long)sizeof(float) / (_paired[operand] ? 2 : 1);
        if (_position is not null && stride != 0)
        {
            _il.Emit(OpCodes.Ldloc, _position);
            PushNative(stride);
            _il.Emit(OpCodes.Mul);
            _il.Emit(OpCodes.Add);
        }

        if (_ahead > 0 && stride != 0)
        {
            PushNative(_ahead * stride);
            _il.Emit(OpCodes.Add);
        }
    }

    private void PushRest(int countArgument)
    {
        _il.Emit(OpCodes.Ldarg, (short)countArgument);
        _il.Emit(OpCodes.Ldloc, _position!);
        _il.Emit(OpCodes.Sub);
        _il.Emit(OpCodes.Conv_I4);
    }

    private void CallMemory(string whole, string part, bool withMask)
    {
        if (_count is not null)
        {
            if (withMask)
            {
                PushMask();
            }

            _il.Emit(OpCodes.Ldloc, _count);
        }

        _il.Emit(OpCodes.Call, _lane.Memory(_count is null ? whole : part));
    }

    private void Advance(LocalBuilder local, long bytes)
    {
        if (bytes != 0)
        {
            _il.Emit(OpCodes.Ldloc, local);
            PushNative(bytes);
            _il.Emit(OpCodes.Add);
            _il.Emit(OpCodes.Stloc, local);
        }
    }

    private void PushNative(long value)
    {
        _il.Emit(OpCodes.Ldc_I8, value);
        _il.Emit(OpCodes.Conv_I);
    }
}
