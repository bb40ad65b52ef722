using Microsoft.AspNetCore.Mvc.ModelBinding.Metadata;

namespace Gateway.Requests.Binding;

/// <summary>Leaves an empty parameter what it is: as "nothing given" a filter with a value forgotten would filter nothing.</summary>
internal sealed class EmptyTexts : IDisplayMetadataProvider
{
    public void CreateDisplayMetadata(DisplayMetadataProviderContext context) => context.DisplayMetadata.ConvertEmptyStringToNull = false;
}
