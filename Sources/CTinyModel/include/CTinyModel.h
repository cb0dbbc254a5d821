// The bytes of the model that ships with the command. Called by: the model loader of the command.
#ifndef STEPGLASS_CTINYMODEL_H
#define STEPGLASS_CTINYMODEL_H
#endif
