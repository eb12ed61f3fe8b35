// Command family trains and measures the networks of models/, of which family.txt is the list, and writes what is known of
// them into their model cards and docs/training.md. It is ./build.sh family, and runs at the root of the project.
//
//	family [FLAGS] list                what there is, and what is missing
//	family [FLAGS] train NAME...       train networks, as family.txt says; what was interrupted is continued
//	family [FLAGS] measure [NAME...]   measure networks, all by default, and write the figures into their model cards
//	family [FLAGS] tables              write the tables of docs/training.md from the recipes and the model cards, and draw the logs
//	family [FLAGS] sweep NAME          train what sweeps/NAME.txt lists, measure it on validation images, print a table
//
// Networks are trained by the program build/steady, with the command that their model cards name. What was measured is
// kept in build/family, by the sums of network and data: an interrupted measurement goes on where it was, and only what is
// new is measured. Corrupted images are prepared once for all networks.
package main
