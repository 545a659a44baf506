using FastDPMeta.Cli.Commands;

return await Application.RunAsync(args, Console.Out, Console.Error);
