// Usage: Clients nswag|kiota URL VM ODD
// Calls a gateway by generated code, and prints what it was told, as ../client.ts does.
using System.Text.Json;
using Clients;

using var http = new HttpClient { BaseAddress = new Uri(args[1]) };
var told = args[0] == "nswag" ? await NSwagCalls.RunAsync(http, args[2], args[3]) : await KiotaCalls.RunAsync(http, args[2], args[3]);
Console.WriteLine(JsonSerializer.Serialize(told, JsonSerializerOptions.Web));
