// Posts a message with the client that openapi-generator's go makes, and reads it back.
package main

import (
	"context"
	"log"
	"net/http"
	"os"

	client "localhost/ajet/client"
)

// must ends the program at the first error.
func must[T any](value T, _ *http.Response, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return value
}

func main() {
	base, user, name := os.Args[1], os.Args[2], os.Args[3]
	configuration := client.NewConfiguration()
	configuration.Servers = client.ServerConfigurations{{URL: base}}
	api := client.NewAPIClient(configuration)

	signedIn := must(api.SignInAPI.AuthDev(context.Background()).DevSignIn(*client.NewDevSignIn(user)).Execute())
	ctx := context.WithValue(context.Background(), client.ContextAccessToken, signedIn.Token)

	var community client.Community
	if found := must(api.CommunitiesAPI.CommunitiesList(ctx).Execute()).Items; len(found) > 0 {
		community = found[0]
	} else {
		create := api.CommunitiesAPI.CommunitiesCreate(ctx)
		community = *must(create.CreateCommunity(*client.NewCreateCommunity(name, name)).Execute())
	}
	create := api.ChannelsAPI.ChannelsCreate(ctx, community.Id)
	channel := must(create.CreateChannel(*client.NewCreateChannel(name)).Execute())
	post := api.MessagesAPI.MessagesPost(ctx, channel.Id)
	message := client.NewPostMessage()
	message.SetBodyMd("posted by **go**")
	posted := must(post.PostMessage(*message).Execute())
	read := must(api.MessagesAPI.MessagesGet(ctx, posted.Id).Execute())
	if read.BodyMd != "posted by **go**" || read.ParentId.Get() != nil {
		log.Fatal("read something else")
	}
}
