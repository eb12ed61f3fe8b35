// Command family trains and measures the networks of models/, of which family.txt is the list, and writes what is known of
// them into their model cards and docs/training.md. It is ./build.sh family, and runs at the root of the project.
//
//	family [FLAGS] list                what there is, and what is missing
//	family [FLAGS] train NAME...       train networks, as family.txt says; what was interrupted is continued
//	family [FLAGS] measure [NAME...]   measure networks, all by default, and write the figures into their model cards
//	family [FLAGS] run [NAME...]       train what is not there yet, then measure all
//	family [FLAGS] tables              write the tables of docs/training.md from the recipes and the model cards, and draw the logs
//	family [FLAGS] sweep NAME          train what sweeps/NAME.txt lists, measure it on validation images, print a table
//
// Networks are trained by the program build/steady, with the command that their model cards name. They are measured as by
// steady bench run with figures.yaml (a sweep with sweep.yaml), and the results are kept in build/family, a file for each
// set: an interrupted measurement goes on where it was, only what is new is measured, and steady bench report makes a page
// of it. A network that was trained again takes the place of the one before.
//
// Other networks have a list of their own (-list), folders of their own (-models, -work, -logs), and what they are measured
// on (-spec): those of docs/papers.md are in papers.txt.
package main
